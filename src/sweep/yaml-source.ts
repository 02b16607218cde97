import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import { ArgumentError, Description } from "../errors.js";
import { type AxisValue, readAxisValue } from "./axis-value.js";

/**
 * A value of a YAML (or JSON) file that knows its name and line, so that what is wrong with it can be
 * said where it stands.
 */
export class YamlSource {
  private constructor(
    private readonly node: Node | null,
    /** "axes.dim", say; "" is the file itself. */
    readonly path: string,
    private readonly file: { readonly name: string; readonly lines: LineCounter },
  ) {}

  /** Throws.  ArgumentError with the line when the text is no YAML, or has a key twice. */
  static parse(text: string, name: string): YamlSource {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [error] = document.errors;
    const source = new YamlSource(document.contents as Node | null, "", { name, lines });
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      const got = new Description(`line ${line}, column ${col}: ${error.message}`);
      throw new ArgumentError("sweep", `"${name}"`, "YAML or JSON", got);
    }
    return source;
  }

  /** "axes.dim (line 4)" */
  get where(): string {
    const place = `"${this.file.name}"`;
    const start = this.node?.range?.[0];
    const line = start === undefined ? "" : ` (line ${this.file.lines.linePos(start).line})`;
    return `${this.path === "" ? place : this.path}${line}`;
  }

  refuse(requirement: string): never {
    throw new ArgumentError("sweep", this.where, requirement, this.#description());
  }

  /** The entries of a mapping; its keys must be among `known` where that is given. */
  mapping(known?: readonly string[]): ReadonlyMap<string, YamlSource> {
    if (!isMap(this.node)) this.refuse("a mapping of names to values");
    const entries = new Map<string, YamlSource>();
    for (const { key, value } of (this.node as YamlMap).items) {
      const name = isScalar(key) ? String(key.value) : "";
      const path = this.path === "" ? name : `${this.path}.${name}`;
      const entry = new YamlSource(value, path, this.file);
      if (known !== undefined && !known.includes(name)) {
        const at = value === null && isScalar(key) ? new YamlSource(key, path, this.file) : entry;
        const got = new Description(`"${name}"`);
        throw new ArgumentError("sweep", at.where, `one of ${known.join(", ")}`, got);
      }
      entries.set(name, entry);
    }
    return entries;
  }

  /** The items of a list; a single value counts as a list of one. */
  list(): readonly YamlSource[] {
    if (!isSeq(this.node)) return [this];
    return this.node.items.map(
      (item, i) => new YamlSource(item as Node | null, `${this.path}[${i}]`, this.file),
    );
  }

  get isMapping(): boolean {
    return isMap(this.node);
  }

  /** A number, exact however large, or a text. */
  value(): AxisValue {
    if (!isScalar(this.node)) this.refuse("a number or a text");
    const { value, source, type } = this.node as Scalarish;
    if (typeof value === "number" && type === "PLAIN")
      return readAxisValue(source ?? String(value));
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "string") return value;
    this.refuse("a number or a text");
  }

  text(): string {
    const value = this.value();
    if (typeof value !== "string" || value.trim() === "") this.refuse("a text");
    return value as string;
  }

  whole(minimum: number): number {
    const value = this.value();
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < minimum) {
      this.refuse(`an integer of at least ${minimum}`);
    }
    return value as number;
  }

  positive(): number {
    const value = this.value();
    if (typeof value !== "number" || value <= 0) this.refuse("a number > 0");
    return value as number;
  }

  #description(): Description {
    if (this.node === null || this.node === undefined) return new Description("nothing");
    if (isMap(this.node)) return new Description("a mapping");
    if (isSeq(this.node)) return new Description(`a list of ${this.node.items.length}`);
    return new Description(isScalar(this.node) ? JSON.stringify(this.node.value) : "an alias");
  }
}

type YamlMap = YAMLMap<Node, Node | null>;

interface Scalarish {
  readonly value: unknown;
  readonly source?: string;
  readonly type?: string;
}
