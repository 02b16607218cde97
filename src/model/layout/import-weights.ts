import { extname } from "node:path";
import { ArgumentError, Description } from "../../errors.js";
import type { TensorFile } from "../../io/tensor.js";
import { readTensorFile } from "../../io/tensor-file.js";
import { fullBlock, layersOf, type Weights } from "../weights.js";
import { assembleWeights, readLaw, type StoredLaw } from "../weights-file.js";
import { type Convention, LOOPGD_CONVENTION } from "./convention.js";
import { FOREIGN_LAYOUTS, foreignLayoutOf, type RawLayers, readForeignLayers } from "./layout.js";
import { readMapped } from "./mapping.js";

/** Layouts that --layout names. */
export const LAYOUTS = ["loopgd", ...FOREIGN_LAYOUTS] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Weights from elsewhere, before a convention is settled. */
export interface ImportedWeights extends RawLayers {
  readonly layout: Layout | "mapped";
  readonly dim: number;
  /** As stored, where the names are loopgd's own. */
  readonly native?: Weights;
  readonly law: StoredLaw;
}

/** Tensors that state the law. */
const LAW_TENSORS = ["Sigma", "Omega", "Tasks"];

/** Metadata by which loopgd marks what it exports: its convention is its own. */
export const OWN_MARK = "loopgd";

/**
 * Reads the layers of a weight file in any known format and layout.
 *
 * Statement.    a mapping file, else `layout`, else what the tensors look like: one of five axes (Ahn et
 *               al.), keys, queries and values (von Oswald et al.), or loopgd's own names. What fixes the
 *               convention: the layout; a .safetensors file with loopgd's own names is loopgd's own
 * Throws.       ArgumentError, naming file and field, for anything that cannot be read as layers
 */
export function importWeights(
  path: string,
  options: { readonly layout?: Layout; readonly mapping?: string } = {},
): ImportedWeights {
  const file = readTensorFile(path);
  const law = readLaw(path, file);
  const tensors = new Map([...file.tensors].filter(([name]) => !LAW_TENSORS.includes(name)));
  if (tensors.size === 0) {
    const got = new Description("none");
    throw new ArgumentError("importWeights", `tensors of ${path}`, "the weights of layers", got);
  }
  const withDim = (raw: Omit<ImportedWeights, "dim" | "law">): ImportedWeights => {
    const dim = raw.layers[0]!.value.rows - 1;
    // Sizes that differ from layer to layer are refused here.
    fullBlock(raw.layers);
    return { ...raw, dim, law };
  };
  const { mapping } = options;
  if (mapping !== undefined) {
    return withDim({ layout: "mapped", ...readMapped(mapping, tensors, path) });
  }
  const layout = options.layout ?? foreignLayoutOf(tensors) ?? "loopgd";
  if (layout !== "loopgd") {
    return withDim({ layout, ...readForeignLayers(layout, tensors, path) });
  }
  const native = assembleWeights(path, ownNames(tensors));
  const isOwn = extname(path) === ".safetensors" || OWN_MARK in file.metadata;
  const convention: Partial<Convention> = isOwn ? LOOPGD_CONVENTION : {};
  return withDim({ layout, native, convention, layers: layersOf(native, 1) });
}

/** The tensors without what a program put before their names; a lone matrix is A. */
function ownNames(tensors: TensorFile["tensors"]): TensorFile["tensors"] {
  const [only] = tensors.values();
  if (tensors.size === 1 && only!.shape.length === 2) {
    const [name] = tensors.keys();
    if (name === "array" || name === "tensor") return new Map([["A", only!]]);
  }
  const prefixes = [...tensors.keys()].map(
    (name) => /^(.*?)(?:layers\.\d+\.)?[AuCPQ]$/.exec(name)?.[1],
  );
  const [prefix = ""] = prefixes;
  if (!prefixes.every((one) => one === prefix)) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
