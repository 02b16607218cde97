import fc from "fast-check";
import {
  DEFAULT_STATE,
  type ExplorerState,
  VIEWS,
} from "../../src/explorer/state/explorer-state.js";

/** A state that differs from the default in what is given. */
export function stateOf(change: Partial<ExplorerState> = {}): ExplorerState {
  return { ...DEFAULT_STATE, ...change };
}

/** States that the page takes. */
export const anyState: fc.Arbitrary<ExplorerState> = fc
  .record({
    dim: fc.integer({ min: 2, max: 12 }),
    contextLength: fc.oneof(
      fc.bigInt({ min: 1n, max: 10n ** 60n }),
      fc.integer({ min: 0, max: 60 }).map((power) => 10n ** BigInt(power)),
    ),
    loops: fc.integer({ min: 1, max: 16 }),
    noiseVariance: fc.oneof(fc.constant(0), fc.double({ min: 1e-300, max: 1e6, noNaN: true })),
    family: fc.constantFrom("identity", "condition", "ar1", "diag"),
    parameter: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    taskPrior: fc.constantFrom("inverse" as const, "identity" as const),
    seed: fc.nat(),
    view: fc.constantFrom(...VIEWS),
  })
  .map(({ family, parameter, ...state }) => ({
    ...state,
    covariance: {
      identity: "identity",
      condition: `condition:${1 + parameter}`,
      ar1: `ar1:${parameter}`,
      diag: `diag:${Array.from({ length: state.dim }, (_, i) => parameter + i).join(",")}`,
    }[family]!,
  }));
