import type { CommonOptions } from "./io.js";

/** The flags of `loopgd certify`. */
export interface CertifyOptions extends CommonOptions {
  readonly dim?: number;
  readonly context?: bigint;
  readonly loops?: number;
  readonly boxes: number;
  readonly out?: string;
}
