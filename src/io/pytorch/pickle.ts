import { ByteCursor } from "./byte-cursor.js";

/** A class or function that a pickle names; it is never looked up, let alone called. */
export class PickleName {
  constructor(readonly name: string) {}
}

/**
 * What a pickle may hold. Lists and tuples are arrays, dicts and OrderedDicts maps; objects are what the
 * reader's own functions made.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleName
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | object;

/** The names a pickle may use, and what the reader does for them. */
export interface PickleReader {
  /** Names that may occur; those with a function may be called, with what the pickle hands over. */
  readonly names: ReadonlyMap<string, ((parts: readonly PickleValue[]) => PickleValue) | undefined>;
  /** The object that a persistent id stands for. */
  persistent(id: PickleValue): PickleValue;
  refuse(requirement: string, got: string): never;
}

const MARK = Symbol("mark");

/** Python integers beyond this many bytes are no size of anything. */
const MOST_INTEGER_BYTES = 16;

/**
 * Reads a pickle stream (protocols 2 to 5) as data: nothing in it is ever imported or executed.
 *
 * Statement.    builds numbers, texts, lists, tuples and dicts; names outside `names` and opcodes that
 *               do anything else are refused, by name
 * Accuracy.     memory is bounded by a small multiple of the stream's bytes
 */
export function readPickle(bytes: Uint8Array, reader: PickleReader): PickleValue {
  return new Unpickler(bytes, reader).run();
}

class Unpickler {
  readonly #cursor: ByteCursor;
  readonly #stack: (PickleValue | typeof MARK)[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(
    bytes: Uint8Array,
    private readonly reader: PickleReader,
  ) {
    this.#cursor = new ByteCursor(bytes, () => reader.refuse("complete", "an end within"));
  }

  run(): PickleValue {
    for (;;) {
      const code = this.#cursor.byte();
      if (code === STOP) return this.#pop();
      const step = STEPS.get(code);
      if (step === undefined) {
        const shown = FORBIDDEN.get(code) ?? `0x${code.toString(16).padStart(2, "0")}`;
        this.reader.refuse("tensors and plain values only", `the opcode ${shown}`);
      }
      step(this, this.#cursor);
    }
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  pop(): PickleValue {
    return this.#pop();
  }

  /** Replaces the last `count` values by one list of them. */
  tuple(count: number): void {
    const values = Array.from({ length: count }, () => this.#pop());
    this.push(values.reverse());
  }

  /** Everything since the last mark. */
  sinceMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) this.reader.refuse("well-formed", "a missing mark");
    return this.#stack.splice(at).slice(1) as PickleValue[];
  }

  remember(slot = this.#memo.size): void {
    this.#memo.set(slot, this.#top());
  }

  recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) this.reader.refuse("well-formed", `memo ${slot}, which is not there`);
    else this.push(value);
  }

  name(module: PickleValue, name: PickleValue): void {
    const full = `${module}.${name}`;
    if (typeof module !== "string" || typeof name !== "string" || !this.reader.names.has(full)) {
      const requirement = "tensors and plain values only (save model.state_dict())";
      this.reader.refuse(requirement, `the name ${full.slice(0, 80)}`);
    }
    this.push(new PickleName(full));
  }

  reduce(): void {
    const parts = this.#pop();
    const callee = this.#pop();
    const make = callee instanceof PickleName ? this.reader.names.get(callee.name) : undefined;
    if (make === undefined || !Array.isArray(parts)) {
      const what = callee instanceof PickleName ? callee.name : "what is no function";
      this.reader.refuse("tensors and plain values only", `a call of ${what}`);
    } else this.push(make(parts));
  }

  persist(): void {
    this.push(this.reader.persistent(this.#pop()));
  }

  append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) this.reader.refuse("well-formed", "an append to what is no list");
    for (const value of values) (list as PickleValue[]).push(value);
  }

  setItems(values: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || values.length % 2 === 1) {
      this.reader.refuse("well-formed", "items of what is no dict");
    } else {
      for (let i = 0; i < values.length; i += 2) dict.set(values[i]!, values[i + 1]!);
    }
  }

  /** Attributes of a dict, such as a state_dict's _metadata, hold no tensors. */
  build(): void {
    const state = this.#pop();
    if (!(this.#top() instanceof Map) || !(state instanceof Map)) {
      this.reader.refuse("tensors and plain values only", "an object with a state (BUILD)");
    }
  }

  integer(bytes: Uint8Array): void {
    if (bytes.length > MOST_INTEGER_BYTES) {
      this.reader.refuse("of ordinary integers", `one of ${bytes.length} bytes`);
    }
    const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const signed = BigInt.asIntN(8 * bytes.length, value);
    const number = Number(signed);
    this.push(Number.isSafeInteger(number) ? number : signed);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) {
      return this.reader.refuse("well-formed", "too few values on its stack");
    }
    return value as PickleValue;
  }

  #top(): PickleValue {
    const value = this.#pop();
    this.push(value);
    return value;
  }
}

const STOP = 0x2e;

type Step = (machine: Unpickler, cursor: ByteCursor) => void;

const code = (letter: string) => letter.charCodeAt(0);

/** The opcodes that only build data. */
const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [0x80, (_, cursor) => void cursor.byte()], // PROTO
  [0x95, (_, cursor) => void cursor.take(8)], // FRAME: a hint for readers of streams
  [code("("), (machine) => machine.mark()],
  [code("0"), (machine) => void machine.pop()],
  [code("1"), (machine) => void machine.sinceMark()],
  [code("N"), (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  [code("J"), (machine, cursor) => machine.push(cursor.view(4).getInt32(0, true))],
  [code("K"), (machine, cursor) => machine.push(cursor.byte())],
  [code("M"), (machine, cursor) => machine.push(cursor.view(2).getUint16(0, true))],
  [0x8a, (machine, cursor) => machine.integer(cursor.take(cursor.byte()))],
  [code("G"), (machine, cursor) => machine.push(cursor.view(8).getFloat64(0, false))],
  [code("X"), (machine, cursor) => machine.push(cursor.text(cursor.length(4)))],
  [0x8c, (machine, cursor) => machine.push(cursor.text(cursor.byte()))],
  [0x8d, (machine, cursor) => machine.push(cursor.text(cursor.length(8)))],
  [code("U"), (machine, cursor) => machine.push(cursor.text(cursor.byte()))],
  [code("]"), (machine) => machine.push([])],
  [code("a"), (machine) => machine.append([machine.pop()])],
  [code("e"), (machine) => machine.append(machine.sinceMark())],
  [code("l"), (machine) => machine.push(machine.sinceMark())],
  [code(")"), (machine) => machine.push([])],
  [code("t"), (machine) => machine.push(machine.sinceMark())],
  [0x85, (machine) => machine.tuple(1)],
  [0x86, (machine) => machine.tuple(2)],
  [0x87, (machine) => machine.tuple(3)],
  [code("}"), (machine) => machine.push(new Map())],
  [
    code("s"),
    (machine) => {
      const value = machine.pop();
      machine.setItems([machine.pop(), value]);
    },
  ],
  [code("u"), (machine) => machine.setItems(machine.sinceMark())],
  [code("q"), (machine, cursor) => machine.remember(cursor.byte())],
  [code("r"), (machine, cursor) => machine.remember(cursor.length(4))],
  [0x94, (machine) => machine.remember()],
  [code("h"), (machine, cursor) => machine.recall(cursor.byte())],
  [code("j"), (machine, cursor) => machine.recall(cursor.length(4))],
  [code("c"), (machine, cursor) => machine.name(cursor.line(), cursor.line())],
  [
    0x93,
    (machine) => {
      const name = machine.pop();
      machine.name(machine.pop(), name);
    },
  ],
  [code("R"), (machine) => machine.reduce()],
  [code("Q"), (machine) => machine.persist()],
  [code("b"), (machine) => machine.build()],
]);

/** Opcodes that make objects or execute, by the names Python has for them. */
const FORBIDDEN: ReadonlyMap<number, string> = new Map([
  [code("i"), "INST"],
  [code("o"), "OBJ"],
  [0x81, "NEWOBJ"],
  [0x92, "NEWOBJ_EX"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
  [code("P"), "PERSID"],
  [0x97, "NEXT_BUFFER"],
  [0x98, "READONLY_BUFFER"],
]);
