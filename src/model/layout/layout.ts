import type { NamedTensor } from "../../io/tensor.js";
import type { AttentionLayer } from "../weights.js";
import { ahnLayers, isAhn } from "./ahn-layout.js";
import { type Convention, LOOPGD_CONVENTION } from "./convention.js";
import { isVonOswald, vonOswaldLayers } from "./von-oswald-layout.js";

export type Tensors = ReadonlyMap<string, NamedTensor>;

/** Layers as a file has them, with what its layout fixes of the convention. */
export interface RawLayers {
  readonly layers: readonly AttentionLayer[];
  readonly convention: Partial<Convention>;
}

/** Layouts beside loopgd's own; "ahn" holds d×d blocks, "ahn-full" (d+1)×(d+1) matrices, which sizes do not tell. */
export const FOREIGN_LAYOUTS = ["ahn", "ahn-full", "von-oswald"] as const;
export type ForeignLayout = (typeof FOREIGN_LAYOUTS)[number];

// linear_transformer.py: Attn[query, key] = z_queryᵀ Q z_key, masked, over n; the loss adds y.
const AHN: Convention = { ...LOOPGD_CONVENTION, orientation: "transposed" };

const LAYOUTS = {
  ahn: { matches: isAhn, read: ahnLayers, convention: AHN },
  "ahn-full": {
    matches: () => false,
    read: (tensors: Tensors, path: string) => ahnLayers(tensors, path, { whole: true }),
    convention: AHN,
  },
  "von-oswald": {
    matches: isVonOswald,
    read: vonOswaldLayers,
    // transformer.py: no factor, keys without the query, prediction −h[−1, −1].
    convention: { ...LOOPGD_CONVENTION, scale: "1" },
  },
} as const satisfies Record<ForeignLayout, object>;

/** The foreign layout that a file's tensors have, if any. */
export function foreignLayoutOf(tensors: Tensors): ForeignLayout | undefined {
  return FOREIGN_LAYOUTS.find((name) => LAYOUTS[name].matches(tensors));
}

/** Reads the layers of a foreign layout. Throws an ArgumentError, naming file and field, when they are not. */
export function readForeignLayers(
  layout: ForeignLayout,
  tensors: Tensors,
  path: string,
): RawLayers {
  const { read, convention } = LAYOUTS[layout];
  return { layers: read(tensors, path), convention };
}
