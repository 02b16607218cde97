import type { Side } from "./bernstein.js";

/** The file cannot be read as a certificate. */
export class Malformed extends Error {}
/** The file can be read, and its proof does not hold. */
export class Rejected extends Error {}

export function demand(holds: boolean, what: string): void {
  if (!holds) throw new Rejected(`not proved: ${what}`);
}

/** p/q with q > 0. */
export type Fraction = readonly [bigint, bigint];

/** A value of the file and where it stands. */
export class Field {
  constructor(
    readonly value: unknown,
    readonly path: string,
  ) {}

  refuse(requirement: string): never {
    const isNested = this.value instanceof Object;
    const got = isNested ? "a nested value" : `${JSON.stringify(this.value)}`.slice(0, 60);
    throw new Malformed(`${this.path} must be ${requirement}, got ${got}`);
  }

  /** Its fields, which must be those named and no others. */
  fields<Name extends string>(...names: Name[]): Record<Name, Field> {
    const isObject = this.value instanceof Object && !Array.isArray(this.value);
    const byName = new Map<string, unknown>(Object.entries(isObject ? (this.value as object) : {}));
    const isKnown = [...byName.keys()].every((name) => names.some((known) => known === name));
    if (!isObject || !isKnown) this.refuse(`an object of ${names.join(", ")} and nothing else`);
    const field = (name: Name) => [name, new Field(byName.get(name), `${this.path}.${name}`)];
    return Object.fromEntries(names.map(field)) as Record<Name, Field>;
  }

  list(least: number, most = least): Field[] {
    const { value } = this;
    if (Array.isArray(value) && value.length >= least && value.length <= most) {
      return value.map((entry, i) => new Field(entry, `${this.path}[${i}]`));
    }
    return this.refuse(`a list of ${least === most ? least : `${least} to ${most}`} entries`);
  }

  text(pattern: RegExp, requirement: string): string {
    const { value } = this;
    return typeof value === "string" && pattern.test(value) ? value : this.refuse(requirement);
  }

  /** An integer as a decimal string: no number of JSON holds every one. */
  integer(least?: bigint, most?: bigint): bigint {
    const value = BigInt(this.text(/^(0|-?[1-9]\d{0,399})$/, "a string of 1 to 400 digits"));
    if (least !== undefined && value < least) this.refuse(`at least ${least}`);
    return most !== undefined && value > most ? this.refuse(`at most ${most}`) : value;
  }

  fraction(): Fraction {
    const text = this.text(/^(0|-?[1-9]\d{0,399})\/[1-9]\d{0,399}$/, "a fraction p/q");
    return text.split("/").map(BigInt) as [bigint, bigint];
  }

  /** The interval [lower, upper) between neighbouring multiples of 10^−digits. */
  cell(): Side {
    const { lower, upper, digits } = this.fields("lower", "upper", "digits");
    const side = { lower: lower.integer(), upper: upper.integer() };
    if (side.upper !== side.lower + 1n) upper.refuse("lower + 1");
    return { ...side, denominator: 10n ** digits.integer(0n, 200n) };
  }
}
