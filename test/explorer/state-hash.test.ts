import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_STATE } from "../../src/explorer/state/explorer-state.js";
import { contextText, stateFromHash, stateToHash } from "../../src/explorer/state/state-hash.js";
import { checkProperty } from "../seed.js";
import { anyState, stateOf } from "./explorer-states.js";

describe("stateToHash and stateFromHash", () => {
  it("give every state back, from a text that a link can hold", () => {
    checkProperty(
      fc.property(anyState, (state) => {
        const hash = stateToHash(state);
        expect(hash).toMatch(/^[\w=&:,.%+-]+$/);
        expect(new URL(`file:///explorer.html#${hash}`).hash).toBe(`#${hash}`);
        expect(stateFromHash(`#${hash}`)).toEqual({ state, complaints: [] });
      }),
    );
  });

  it("is short where the state is the default", () => {
    expect(stateToHash(DEFAULT_STATE)).toBe("d=10&n=20&L=5");
    expect(stateToHash(stateOf({ contextLength: 10n ** 30n, view: "bound" }))).toBe(
      "d=10&n=1e30&L=5&view=bound",
    );
  });

  it("starts from the default where the link says nothing", () => {
    expect(stateFromHash("")).toEqual({ state: DEFAULT_STATE, complaints: [] });
  });

  it("keeps what it can read of a bad link, and says what it cannot", () => {
    const { state, complaints } = stateFromHash("#d=4&n=twenty&L=99&loops=3&view=nowhere");
    expect(state).toEqual(stateOf({ dim: 4 }));
    expect(complaints.join(" ")).toMatch(/context length.*loops.*“loops”.*view/s);
  });

  it("drops a list of eigenvalues that does not fit the dimension", () => {
    const { state, complaints } = stateFromHash("#d=3&covariance=diag:1,2");
    expect(state).toEqual(stateOf({ dim: 3 }));
    expect(complaints).toEqual(["Eigenvalues must be d = 3 in number, got 2."]);
  });

  it("takes markup as text", () => {
    const { complaints } = stateFromHash("#<img src=x onerror=alert(1)>&d=<script>");
    expect(complaints).toHaveLength(2);
  });
});

describe("contextText", () => {
  it("writes zeros as an exponent from five on", () => {
    const texts = [1n, 20n, 10_000n, 100_000n, 1_234_567n, 25n * 10n ** 29n].map(contextText);
    expect(texts).toEqual(["1", "20", "10000", "1e5", "1234567", "25e29"]);
  });
});
