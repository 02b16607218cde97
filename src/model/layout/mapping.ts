import { parse } from "yaml";
import { ArgumentError, Description } from "../../errors.js";
import { readFileBytes } from "../../io/read-file.js";
import type { NamedTensor } from "../../io/tensor.js";
import { Matrix } from "../../numeric/matrix.js";
import { attentionLayer } from "../weights.js";
import { parseConvention } from "./convention.js";
import type { RawLayers, Tensors } from "./layout.js";
import { refuseTensor, tensorMatrix } from "./tensor-matrix.js";

/** Which roles make a layer, the required ones first. */
const LAYER_FORMS = [
  { required: ["P", "Q"], optional: [] },
  { required: ["A"], optional: ["u", "C"] },
  { required: ["key", "query", "value"], optional: ["projection"] },
] as const;

const FIELDS = ["tensor", "transpose", "scale"];

/**
 * Layers by a mapping file (JSON or YAML), which says what the tensors of any other layout are.
 *
 * Statement.    `layers`: one entry a layer, each P and Q, or A (with u, C), or key, query, value (with
 *               projection), in PyTorch's orientation (outputs × inputs); a role is the name of a tensor
 *               or {tensor, transpose, scale}. `convention`: as --convention takes it.
 * Throws.       ArgumentError, naming file and field, for anything else
 */
export function readMapped(mappingPath: string, tensors: Tensors, path: string): RawLayers {
  const refuse = (field: string, requirement: string, got: unknown): never => {
    const argument = `${field} of ${mappingPath}`;
    throw new ArgumentError("readMapping", argument, requirement, got);
  };
  const mapping = parseMapping(mappingPath);
  const unknown = Object.keys(mapping).find((key) => key !== "layers" && key !== "convention");
  if (unknown !== undefined) refuse("the fields", "layers and convention", unknown);
  const { layers, convention } = mapping;
  if (convention !== undefined && typeof convention !== "string") {
    return refuse("convention", "a text as --convention takes it", convention);
  }
  if (!Array.isArray(layers) || layers.length === 0) {
    return refuse("layers", "a list of at least one layer", new Description(`${typeof layers}`));
  }
  return {
    layers: layers.map((layer: unknown, l) => {
      if (!isRecord(layer)) return refuse(`layers[${l}]`, "an object of roles", layer);
      const roles = Object.keys(layer);
      const form = LAYER_FORMS.find(
        ({ required, optional }) =>
          required.every((role) => roles.includes(role)) &&
          roles.every((role) => [...required, ...optional].includes(role as never)),
      );
      if (form === undefined) {
        const requirement = "P and Q; or A with u, C; or key, query, value with projection";
        return refuse(`layers[${l}]`, requirement, roles.join(", "));
      }
      const matrix = (role: string): Matrix => {
        const field = `layers[${l}].${role}`;
        const { name, transpose, scale } = readRole(layer[role], field, refuse);
        const tensor = tensors.get(name);
        if (tensor === undefined) {
          const known = [...tensors.keys()].join(", ");
          return refuse(field, `a tensor of ${path} (${known})`, name);
        }
        const stored = tensorMatrix(path, name, role === "u" ? asRow(tensor) : tensor);
        return (transpose ? stored.transpose() : stored.clone()).mul(scale);
      };
      const optional = (role: string) => (role in layer ? matrix(role) : undefined);
      const square = (role: string, of: Matrix, size = of.rows) => {
        if (of.rows === size && of.columns === size && size > 0) return of;
        throw refuseTensor(path, role, `square, as layers[${l}] needs`, [of.rows, of.columns]);
      };
      if ("A" in layer) {
        const preconditioner = square("A", matrix("A"));
        const dim = preconditioner.rows;
        const readIn = optional("u")?.to1DArray() ?? new Array<number>(dim).fill(0);
        if (readIn.length !== dim)
          throw refuseTensor(path, "u", `of ${dim} entries`, [readIn.length]);
        const plain = { preconditioner, readIn: Float64Array.from(readIn) };
        const moves = optional("C");
        return attentionLayer(
          moves === undefined ? plain : { ...plain, covariateValue: square("C", moves, dim) },
        );
      }
      if ("P" in layer) {
        const value = square("P", matrix("P"));
        return { value, keyQuery: square("Q", matrix("Q"), value.rows) };
      }
      const [key, query, value] = [matrix("key"), matrix("query"), matrix("value")];
      const projection = optional("projection") ?? Matrix.eye(value.rows);
      if (key.rows !== query.rows || projection.columns !== value.rows) {
        const shapes = [key, query, value, projection].flatMap((one) => [one.rows, one.columns]);
        throw refuseTensor(path, `layers[${l}]`, "of fitting sizes", shapes);
      }
      const moved = square("value", projection.mmul(value));
      return { value: moved, keyQuery: square("key", key.transpose().mmul(query), moved.rows) };
    }),
    convention: convention === undefined ? {} : parseConvention(convention),
  };
}

function readRole(
  value: unknown,
  field: string,
  refuse: (field: string, requirement: string, got: unknown) => never,
): { name: string; transpose: boolean; scale: number } {
  if (typeof value === "string") return { name: value, transpose: false, scale: 1 };
  if (!isRecord(value)) return refuse(field, "a name or {tensor, transpose, scale}", value);
  const { tensor, transpose = false, scale = 1 } = value;
  const other = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (other !== undefined) refuse(field, "of the fields tensor, transpose, scale", other);
  if (typeof tensor !== "string") return refuse(`${field}.tensor`, "a name", tensor);
  if (typeof transpose !== "boolean")
    return refuse(`${field}.transpose`, "a truth value", transpose);
  if (typeof scale !== "number" || !Number.isFinite(scale) || scale === 0) {
    return refuse(`${field}.scale`, "a finite number other than 0", scale);
  }
  return { name: tensor, transpose, scale };
}

function parseMapping(path: string): Record<string, unknown> {
  const text = new TextDecoder().decode(readFileBytes("readMapping", path));
  let value: unknown;
  try {
    // Aliases could make a small file large.
    value = parse(text, { maxAliasCount: 0, logLevel: "error" });
  } catch (error) {
    const got = new Description(error instanceof Error ? error.message.split("\n")[0]! : "neither");
    throw new ArgumentError("readMapping", `"${path}"`, "JSON or YAML", got);
  }
  if (isRecord(value)) return value;
  throw new ArgumentError("readMapping", `"${path}"`, "an object with layers", value);
}

function asRow({ shape, data }: NamedTensor): NamedTensor {
  return shape.length === 1 ? { shape: [1, data.length], data } : { shape, data };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
