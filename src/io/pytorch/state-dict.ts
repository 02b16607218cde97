import { ArgumentError, Description } from "../../errors.js";
import { decodeElements, type ElementType, elementSize } from "../element-type.js";
import { readFileBytes } from "../read-file.js";
import {
  elementCount,
  metadataOfScalars,
  type NamedTensor,
  requireTensor,
  type TensorFile,
} from "../tensor.js";
import { openZip, type ZipEntries } from "../zip.js";
import { PickleName, type PickleValue, readPickle } from "./pickle.js";

const WHERE = "readStateDict";

/** Element types by the storage class that a pickle names. */
const STORAGES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ["torch.DoubleStorage", "f8"],
  ["torch.FloatStorage", "f4"],
  ["torch.HalfStorage", "f2"],
  ["torch.BFloat16Storage", "b2"],
  ["torch.LongStorage", "i8"],
  ["torch.IntStorage", "i4"],
  ["torch.ShortStorage", "i2"],
  ["torch.CharStorage", "i1"],
  ["torch.ByteStorage", "u1"],
]);

/** Where checkpoints keep the model beside optimisers and the like. */
const MODEL_KEYS = ["state_dict", "model_state_dict", "model", "module", "net", "params"];

const DEEPEST = 16;

/**
 * The tensors of a PyTorch file in zip form, which `torch.save` writes since version 1.6.
 *
 * Statement.    a state_dict, a dict that holds one (state_dict, model_state_dict, model, …), or nested
 *               dicts and lists, whose names are joined by points; numbers and texts are metadata
 * Accuracy.     float64, float32, float16, bfloat16 and integers up to 2⁵³ are read exactly
 * Throws.       ArgumentError, naming file and field: anything a pickle may do but build tensors and
 *               plain values, storages that are absent or shorter than said, tensors outside their
 *               storage or larger than it, NaN and infinite entries
 */
export function readStateDict(path: string): TensorFile {
  return decodeStateDict(readFileBytes(WHERE, path), path);
}

/** Decodes the bytes of a .pt file; `source` is what messages call them. */
export function decodeStateDict(bytes: Uint8Array, source: string): TensorFile {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    const requirement = "a zip archive, as torch.save writes since version 1.6";
    const got = new Description("bytes that start otherwise");
    throw new ArgumentError(WHERE, `"${source}"`, requirement, got);
  }
  const records = new Records(openZip(bytes, WHERE, source), source);
  const root = readPickle(records.pickle, {
    names: records.names(),
    persistent: (id) => records.storage(id),
    refuse: (requirement, got) => records.refuse("data.pkl", requirement, got),
  });
  const flat = flatten(root, records);
  let entries = 0;
  for (const { data } of flat.tensors.values()) entries += data.length;
  // Tied tensors may share a storage; more than this is a small file that claims a large memory.
  if (entries > bytes.length) {
    records.refuse("the tensors", `${bytes.length} entries in all at most`, `${entries}`);
  }
  return metadataOfScalars(flat);
}

/** A storage by its record, decoded once it is used. */
class Storage {
  constructor(
    readonly key: string,
    readonly length: number,
    readonly entries: () => Float64Array,
  ) {}
}

/** A tensor of the pickle, not yet named. */
class Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** The records of one archive. */
class Records {
  readonly pickle: Uint8Array;
  readonly #prefix: string;
  readonly #littleEndian: boolean;
  readonly #storages = new Map<string, Storage>();

  constructor(
    private readonly records: ZipEntries,
    private readonly source: string,
  ) {
    const pickles = [...records.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickles.length !== 1) {
      const got = `${pickles.length} of them`;
      this.refuse("the archive", "of one data.pkl in a folder (torch.save)", got);
    }
    this.#prefix = pickles[0]!.slice(0, -"data.pkl".length);
    if (records.has(`${this.#prefix}constants.pkl`)) {
      this.refuse("the archive", "a state_dict, not TorchScript", "constants.pkl");
    }
    this.pickle = this.#record("data.pkl");
    const order = records.has(`${this.#prefix}byteorder`)
      ? new TextDecoder().decode(this.#record("byteorder")).trim()
      : "little";
    if (order !== "little" && order !== "big") {
      this.refuse("byteorder", "little or big", `"${order.slice(0, 20)}"`);
    }
    this.#littleEndian = order === "little";
  }

  refuse(field: string, requirement: string, got: string): never {
    const value = new Description(got);
    throw new ArgumentError(WHERE, `${field} of "${this.source}"`, requirement, value);
  }

  /** What the pickle may name; the functions among it are ours. */
  names(): Map<string, ((parts: readonly PickleValue[]) => PickleValue) | undefined> {
    return new Map<string, ((parts: readonly PickleValue[]) => PickleValue) | undefined>([
      ...[...STORAGES.keys()].map((name) => [name, undefined] as const),
      ["collections.OrderedDict", (parts) => this.#orderedDict(parts)],
      ["torch._utils._rebuild_tensor_v2", (parts) => this.#tensor(parts)],
      ["torch._utils._rebuild_parameter", ([data]) => this.#parameter(data)],
    ]);
  }

  /** The storage of a persistent id ("storage", class, key, device, length). */
  storage(id: PickleValue): Storage {
    const [kind, name, key, , length] = Array.isArray(id) ? id : [];
    const type = name instanceof PickleName ? STORAGES.get(name.name) : undefined;
    if (kind !== "storage" || type === undefined || typeof key !== "string" || !isSize(length)) {
      const requirement = `a storage of ${[...STORAGES.keys()].join(", ")}`;
      const got = name instanceof PickleName ? name.name : "another persistent id";
      return this.refuse("a storage", requirement, got);
    }
    const known = this.#storages.get(key);
    if (known !== undefined) {
      if (known.length !== length) this.refuse(`storage ${key}`, "of one length", `${length}`);
      return known;
    }
    const record = this.#record(`data/${key}`);
    const expected = length * elementSize(type);
    if (record.length !== expected) {
      const requirement = `${expected} bytes for its ${length} entries`;
      this.refuse(`storage ${key}`, requirement, `${record.length} bytes`);
    }
    let decoded: Float64Array | undefined;
    const storage = new Storage(key, length, () => {
      const view = new DataView(record.buffer, record.byteOffset, record.length);
      decoded ??= decodeElements(view, 0, length, type, this.#littleEndian);
      return decoded;
    });
    this.#storages.set(key, storage);
    return storage;
  }

  #record(name: string): Uint8Array {
    const read = this.records.get(this.#prefix + name);
    return read === undefined ? this.refuse(name, "in the archive", "no such record") : read();
  }

  #tensor([storage, offset, shape, strides]: readonly PickleValue[]): Tensor {
    const sizes = Array.isArray(shape) && shape.every(isSize) ? shape : undefined;
    const steps = Array.isArray(strides) && strides.every(isSize) ? strides : undefined;
    const isFitting = sizes !== undefined && steps !== undefined && sizes.length === steps.length;
    if (!(storage instanceof Storage) || !isSize(offset) || !isFitting) {
      return this.refuse("a tensor", "a storage with offset, sizes and strides", "others");
    }
    const count = elementCount(sizes);
    const last = sizes.reduce((sum, size, axis) => sum + (size - 1) * steps[axis]!, offset);
    if (Number.isNaN(count) || count > storage.length || (count > 0 && last >= storage.length)) {
      const field = `a tensor of sizes [${sizes.join(", ").slice(0, 60)}] in storage ${storage.key}`;
      this.refuse(field, `within the storage's ${storage.length} entries`, "one outside");
    }
    return new Tensor(storage, offset, sizes, steps);
  }

  #parameter(data: PickleValue | undefined): Tensor {
    if (data instanceof Tensor) return data;
    return this.refuse("a parameter", "made of a tensor", "another value");
  }

  #orderedDict([items]: readonly PickleValue[]): Map<PickleValue, PickleValue> {
    const pairs = items ?? [];
    const isPairs =
      Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
    if (!isPairs) return this.refuse("an OrderedDict", "made of pairs", "another value");
    return new Map(pairs as [PickleValue, PickleValue][]);
  }
}

/** All tensors below a value by name, and plain values as texts. */
function flatten(root: PickleValue, records: Records): TensorFile {
  const tensors = new Map<string, NamedTensor>();
  const metadata: Record<string, string> = Object.create(null);
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (value instanceof Tensor) {
      const tensor = { shape: value.shape, data: entriesOf(value) };
      const label = `tensor "${name || "tensor"}"`;
      if (tensors.has(name)) records.refuse(label, "there once", "two of that name");
      requireTensor(WHERE, label, tensor);
      tensors.set(name || "tensor", tensor);
    } else if (value instanceof Map || Array.isArray(value)) {
      // A container within itself has no end, and one many times over no bound.
      if (seen.has(value)) records.refuse(`"${name}"`, "there once", "the same container twice");
      if (depth === DEEPEST) records.refuse(`"${name}"`, `at most ${DEEPEST} levels deep`, "more");
      seen.add(value);
      for (const [key, entry] of value.entries()) {
        if (typeof key !== "string" && typeof key !== "number") {
          records.refuse(`a key of "${name}"`, "a text or a number", "another value");
        }
        visit(entry, name === "" ? `${key}` : `${name}.${key}`, depth + 1);
      }
    } else if (["number", "string", "boolean", "bigint"].includes(typeof value)) {
      metadata[name] = String(value);
    }
  };
  const model = modelOf(root);
  if (model !== root && root instanceof Map) {
    for (const [key, value] of root) {
      if (typeof key === "string" && typeof value !== "object") visit(value, key, 1);
    }
  }
  visit(model, "", 0);
  return { tensors, metadata: { ...metadata } };
}

/** The state_dict within a checkpoint, or the value itself. */
function modelOf(root: PickleValue): PickleValue {
  if (!(root instanceof Map)) return root;
  const key = MODEL_KEYS.find((name) => root.get(name) instanceof Map);
  const isPlain = [...root.values()].every((value) => !(value instanceof Tensor));
  return key !== undefined && isPlain ? root.get(key)! : root;
}

/** Entries of a tensor in row-major order, whatever its strides. */
function entriesOf({ storage, offset, shape, strides }: Tensor): Float64Array {
  const entries = storage.entries();
  const data = new Float64Array(elementCount(shape));
  for (let k = 0; k < data.length; k++) {
    let rest = k;
    let at = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    data[k] = entries[at]!;
  }
  return data;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
