import { expect, test } from "vitest";
import { stableTeacherStep } from "../../proofs-checks/stable-teacher.js";

test("one over the edge of the spectrum", () => {
  // d = n: the edge is (1 + 1)² = 4. d/n = 1/4: (3/2)² = 9/4.
  expect(stableTeacherStep({ dim: 7, contextLength: 7 }).toString()).toBe("1/4");
  expect(stableTeacherStep({ dim: 5, contextLength: 20 }).toNumber()).toBeCloseTo(4 / 9, 15);
});
