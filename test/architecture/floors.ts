/**
 * Which floor each folder stands on; CONTRIBUTING.md shows the same table. Imports go to a lower
 * floor or stay in the folder.
 */
export const FLOORS: Readonly<Record<string, number>> = {
  "src/errors.ts": 0,
  "src/numeric": 1,
  "src/random": 1,
  "src/io": 1,
  "src/prompt": 2,
  "src/model": 3,
  "src/theory": 3,
  "src/baseline": 3,
  "src/training": 4,
  "src/arbitrary": 4,
  "src/predictor": 4,
  "src/compare": 5,
  "src/claim": 5,
  "src/law": 5,
  "src/report": 6,
  "proofs-checks/checker": 0,
  "proofs-checks/certificates": 6,
  "proofs-checks": 7,
  "src/cli": 9,
  "src/explorer": 9,
};

/** Below this floor nothing sees both the mechanism (model) and the mathematics (theory). */
export const MEETING_FLOOR = 5;
