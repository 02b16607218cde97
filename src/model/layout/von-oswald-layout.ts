import { ArgumentError, Description } from "../../errors.js";
import type { NamedTensor } from "../../io/tensor.js";
import { flatten, Matrix } from "../../numeric/matrix.js";
import type { AttentionLayer } from "../weights.js";
import { refuseTensor, tensorMatrix } from "./tensor-matrix.js";

const ROLES = {
  key: /^(key|w_?k|k_proj|to_k)$/i,
  query: /^(query|w_?q|q_proj|to_q)$/i,
  value: /^(value|w_?v|v_proj|to_v)$/i,
  projection: /^(projection|linear|out_proj|to_out|w_?p|proj|p)$/i,
} as const;

type Role = keyof typeof ROLES;

interface Part {
  readonly name: string;
  readonly group: string;
  readonly role: Role;
  /** Haiku's `w` multiplies from the right: the transpose of PyTorch's `weight`. */
  readonly isTransposed: boolean;
}

/** Whether the tensors are keys, queries, values and projections. */
export function isVonOswald(tensors: ReadonlyMap<string, NamedTensor>): boolean {
  const roles = new Set([...tensors.keys()].map((name) => partOf(name)?.role));
  return roles.has("key") && roles.has("query") && roles.has("value");
}

/**
 * Layers of separate matrices, as von Oswald et al. have them: P = W_P W_V, Q = W_Kᵀ W_Q.
 *
 * Statement.    names end in key, query, value, projection (or W_K, k_proj, linear, …), then nothing,
 *               .weight (outputs × inputs) or /w, .w (Haiku's inputs × outputs); what stands before is the
 *               layer, in the file's order of numbers. Without a projection P = W_V.
 * Accuracy.     products of doubles: one rounding a term
 * Hypotheses.   one head: heads of one matrix cannot be told apart by its shape
 * Throws.       ArgumentError, naming file and tensor, for missing parts, biases, and sizes that do not fit
 */
export function vonOswaldLayers(
  tensors: ReadonlyMap<string, NamedTensor>,
  path: string,
): AttentionLayer[] {
  const groups = new Map<string, Map<Role, Matrix>>();
  for (const [name, tensor] of tensors) {
    const part = partOf(name);
    if (part === undefined) {
      const got = new Description(`"${name}"`);
      const requirement = "keys, queries, values and projections";
      throw new ArgumentError("importWeights", `tensors of ${path}`, requirement, got);
    }
    const { group, role, isTransposed } = part;
    const stored = tensorMatrix(path, name, tensor);
    const roles = groups.get(group) ?? new Map<Role, Matrix>();
    roles.set(role, isTransposed ? stored.transpose() : stored);
    groups.set(group, roles);
  }
  const inOrder = [...groups].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return inOrder.map(([group, roles]) => {
    const need = (role: Role) => {
      const matrix = roles.get(role);
      if (matrix !== undefined) return matrix;
      const got = new Description(`none in layer "${group}"`);
      throw new ArgumentError("importWeights", `tensors of ${path}`, `a ${role} a layer`, got);
    };
    const [key, query, value] = [need("key"), need("query"), need("value")];
    const projection = roles.get("projection") ?? Matrix.eye(value.rows);
    const size = key.columns;
    const isFitting =
      query.columns === size &&
      value.columns === size &&
      key.rows === query.rows &&
      projection.columns === value.rows &&
      projection.rows === size &&
      size > 1;
    if (!isFitting) {
      const shapes = [key, query, value, projection].flatMap((one) => [one.rows, one.columns]);
      const requirement = "keys, queries, values and projections of fitting sizes";
      throw refuseTensor(path, `${group}*`, requirement, shapes);
    }
    return { value: projection.mmul(value), keyQuery: key.transpose().mmul(query) };
  });
}

/** Keys, queries, values and projections (PyTorch's orientation) for layers that loopgd applies. */
export function toVonOswaldTensors(
  layers: readonly AttentionLayer[],
  contextLength: number,
): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  layers.forEach(({ value, keyQuery }, l) => {
    const size = value.rows;
    const put = (name: string, matrix: Matrix) =>
      tensors.set(`layers.${l}.${name}.weight`, { shape: [size, size], data: flatten(matrix) });
    put("key", Matrix.eye(size));
    put("query", keyQuery);
    put("value", value);
    // Their attention has no factor.
    put("projection", Matrix.eye(size).div(contextLength));
  });
  return tensors;
}

function partOf(name: string): Part | undefined {
  const parts = name.split(/[./]/);
  const last = parts.at(-1)!;
  const isNamed = last === "weight" || last === "w";
  const stem = isNamed ? parts.slice(0, -1) : parts;
  const noun = stem.at(-1) ?? "";
  const role = (Object.keys(ROLES) as Role[]).find((one) => ROLES[one].test(noun));
  if (role === undefined) return undefined;
  return { name, group: stem.slice(0, -1).join("."), role, isTransposed: last === "w" };
}
