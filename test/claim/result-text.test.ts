import { expect, test } from "vitest";
import { decodeResults, encodeResults } from "../../src/claim/result-text.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { RUN, VERIFICATION } from "../report/report-fixtures.js";

test("results, training runs among them, survive as text", () => {
  const results = VERIFICATION.results.map((result) => ({ ...result, training: RUN }));
  const decoded = decodeResults(encodeResults(results))!;
  expect(decoded).toEqual(results);
  const { distribution, weights } = decoded[0]!.training!;
  expect(distribution.covariance).toBeInstanceOf(Matrix);
  expect(distribution.covariance.mmul(Matrix.eye(2))).toEqual(RUN.distribution.covariance);
  expect(weights).toEqual(RUN.weights);
});

test.each(['[{"id":"a"', "null", "[1]", '[{"id":"a"}]', '[{"$matrix":7}]'])(
  "%s holds none",
  (text) => {
    expect(decodeResults(text)).toBeUndefined();
  },
);
