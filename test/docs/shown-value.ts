/**
 * Whether a value is the one a document shows after `// →`.
 *
 * Numbers agree to the digits shown: 0.628 stands for everything that rounds to it, 0.628… for
 * everything that starts so, an integer for itself alone. Arrays stand for typed arrays and, nested,
 * for matrices. `{ a: 1, … }` and `[1, …]` leave the rest open, `…` leaves all of it open. An
 * object with a text of its own (a Rational, an Error) may be shown by it, quoted or not.
 */
export function matchesShown(actual: unknown, shown: string): boolean {
  const text = shown.trim();
  if (hasOwnText(actual) && String(actual) === text) return true;
  const tokens = tokenize(text);
  if (tokens === null) return false;
  const matcher = parse(tokens);
  return matcher !== null && tokens.length === 0 && matcher(actual);
}

/** Whether a number is the one shown, to the digits shown. */
export function matchesNumber(actual: number, shown: string): boolean {
  const isTruncated = shown.endsWith("…");
  const digits = isTruncated ? shown.slice(0, -1) : shown;
  const value = Number(digits);
  if (!Number.isFinite(value)) return Object.is(actual, value);
  const [mantissa = "", exponent = "0"] = digits.toLowerCase().split("e");
  const fraction = mantissa.split(".")[1];
  if (fraction === undefined && exponent === "0" && !isTruncated) return actual === value;
  const lastPlace = 10 ** (Number(exponent) - (fraction ?? "").length);
  // A hair above, for the rounding of the difference itself.
  return Math.abs(actual - value) <= lastPlace * (isTruncated ? 1 : 0.5) * (1 + 1e-9);
}

type Matcher = (actual: unknown) => boolean;

const TOKEN =
  /\s*(-?(?:\d+n|(?:\d+\.?\d*(?:e[+-]?\d+)?|Infinity|NaN)…?)|"(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$]*|…|[[\]{}:,])/iy;

function tokenize(text: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    tokens.push(match[1]!);
  }
  return tokens;
}

/** Reads one value off the front of the tokens. */
function parse(tokens: string[]): Matcher | null {
  const token = tokens.shift();
  if (token === undefined) return null;
  if (token === "…") return () => true;
  if (token === "[") return parseArray(tokens);
  if (token === "{") return parseObject(tokens);
  if (token.startsWith('"')) {
    const text = JSON.parse(token) as string;
    return (actual) =>
      (typeof actual === "string" || hasOwnText(actual)) && String(actual) === text;
  }
  if (/^-?\d+n$/.test(token)) return (actual) => actual === BigInt(token.slice(0, -1));
  if (/^-?(\d|Infinity|NaN)/.test(token)) {
    return (actual) => typeof actual === "number" && matchesNumber(actual, token);
  }
  if (/^(true|false|null|undefined)$/.test(token)) return (actual) => String(actual) === token;
  return null;
}

function parseArray(tokens: string[]): Matcher | null {
  const items = parseList(tokens, "]", () => parse(tokens));
  if (items === null) return null;
  return (actual) => {
    const values = arrayOf(actual);
    if (values === null) return false;
    const hasRoom = items.isOpen
      ? values.length >= items.entries.length
      : values.length === items.entries.length;
    return hasRoom && items.entries.every((matcher, i) => matcher(values[i]));
  };
}

function parseObject(tokens: string[]): Matcher | null {
  const fields = parseList(tokens, "}", () => {
    const key = tokens.shift();
    if (key === undefined || tokens.shift() !== ":") return null;
    const matcher = parse(tokens);
    return matcher === null ? null : ([key.replace(/^"(.*)"$/, "$1"), matcher] as const);
  });
  if (fields === null) return null;
  return (actual) => {
    if (typeof actual !== "object" || actual === null) return false;
    const values = actual as Readonly<Record<string, unknown>>;
    const isComplete = fields.isOpen || Object.keys(values).length === fields.entries.length;
    return (
      isComplete && fields.entries.every(([key, matcher]) => key in values && matcher(values[key]))
    );
  };
}

function parseList<Entry>(
  tokens: string[],
  end: string,
  parseEntry: () => Entry | null,
): { readonly entries: readonly Entry[]; readonly isOpen: boolean } | null {
  const entries: Entry[] = [];
  let isOpen = false;
  while (tokens[0] !== end) {
    if (tokens[0] === "…" && tokens[1] === end) {
      tokens.shift();
      isOpen = true;
      break;
    }
    const entry = parseEntry();
    if (entry === null) return null;
    entries.push(entry);
    if (tokens[0] === ",") tokens.shift();
    else if (tokens[0] !== end) return null;
  }
  return tokens.shift() === end ? { entries, isOpen } : null;
}

/** Objects that print as themselves: not as "[object Object]", nor as their entries run together. */
function hasOwnText(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return arrayOf(value) === null && !String(value).startsWith("[object ");
}

function arrayOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>);
  if (typeof value === "object" && value !== null && "to2DArray" in value) {
    return (value as { to2DArray(): number[][] }).to2DArray();
  }
  return null;
}
