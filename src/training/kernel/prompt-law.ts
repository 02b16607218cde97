import { choleskyFactor, type Matrix } from "../../numeric/matrix.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import type { KernelExports } from "./kernel-module.js";

/** PromptLaw of kernel/draw-gram.ts; the factors of the matrices and the normals' tables follow it. */
const LAW_BYTES = 40;

/** Bytes that `writePromptLaw` takes. */
export function promptLawBytes(exports: KernelExports, dim: number): number {
  return LAW_BYTES + 2 * 8 * dim * dim + exports.normalTableBytes!();
}

/** Puts a prompt law where the kernel reads it. `covariatesOnly`: no task, query or labels are drawn. */
export function writePromptLaw(
  exports: KernelExports,
  memory: ArrayBufferLike,
  address: number,
  distribution: PromptDistribution,
  covariatesOnly: boolean,
): void {
  const { dim, contextLength, noiseVariance, covariance, taskCovariance } = distribution;
  const factors = address + LAW_BYTES;
  const tables = factors + 2 * 8 * dim * dim;
  const writeFactor = (matrix: Matrix, at: number): number => {
    // The kernel leaves out products with the identity, which 0 stands for.
    if (isIdentity(matrix)) return 0;
    new Float64Array(memory, at, dim * dim).set(choleskyFactor(matrix));
    return at;
  };
  const law = new DataView(memory, address, LAW_BYTES);
  law.setFloat64(0, contextLength, true);
  law.setFloat64(8, Math.sqrt(noiseVariance), true);
  law.setUint32(16, dim, true);
  law.setUint32(20, writeFactor(covariance, factors), true);
  law.setUint32(24, writeFactor(taskCovariance, factors + 8 * dim * dim), true);
  law.setUint32(28, covariatesOnly ? 1 : 0, true);
  law.setUint32(32, tables, true);
  exports.buildNormalTables!(tables);
}

/** Puts the kernel's key of 128 bits under a stream: that of equal streams is equal. */
export function writeKey(memory: ArrayBufferLike, address: number, stream: Stream): void {
  // A part of its own, for what was drawn from the stream before must not matter.
  const source = stream.split("kernel");
  const key = new Uint32Array(memory, address, 4);
  for (let word = 0; word < 4; word++) key[word] = source.integer(2 ** 32);
}

function isIdentity(matrix: Matrix): boolean {
  return matrix.to2DArray().every((row, i) => row.every((value, j) => value === (i === j ? 1 : 0)));
}
