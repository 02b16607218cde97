import type { MathNode } from "mathjs";
import { ArgumentError, Description } from "../errors.js";
import { type Point, toDouble } from "./axis-value.js";

/** A condition on the points of a grid, ready to be asked many times. */
export interface Condition {
  readonly source: string;
  holds(point: Point): boolean;
}

/** What a condition may call: nothing that defines, imports, evaluates or rewrites. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...["abs", "ceil", "floor", "round", "sqrt", "exp", "log", "log2", "log10", "pow"],
  ...["min", "max", "mod", "gcd", "lcm", "sign", "isInteger", "isPrime"],
]);

/** Kinds of nodes that neither assign, nor define, nor reach into objects. */
const NODES: ReadonlySet<string> = new Set([
  ...["OperatorNode", "RelationalNode", "ConditionalNode", "ParenthesisNode"],
  ...["ConstantNode", "SymbolNode", "FunctionNode"],
]);

/**
 * Conditions as mathjs expressions over the axes, such as "contextLength > 2 * dim and loops < 4".
 *
 * Statement.    doubles throughout; texts can be compared with == and !=
 * Throws.       ArgumentError with the column of the error, when an expression cannot be read, names
 *               something that is no axis, or calls anything but plain arithmetic: import, createUnit,
 *               evaluate, parse, simplify and derivative are not there
 */
export async function parseConditions(
  sources: readonly { readonly text: string; readonly where: string }[],
  axes: readonly string[],
): Promise<Condition[]> {
  if (sources.length === 0) return [];
  const { all, create } = await import("mathjs");
  const math = create({ ...all }, {});
  const parse = math.parse.bind(math);
  const refused = () => {
    throw new Error("disabled in conditions");
  };
  const disabled = ["import", "createUnit", "evaluate", "parse", "simplify", "derivative"];
  math.import(Object.fromEntries(disabled.map((name) => [name, refused])), { override: true });
  return sources.map(({ text, where }) => {
    const node = parseCondition(parse, text, where);
    requireAdmissible(node, text, where, axes);
    const compiled = node.compile();
    return {
      source: text,
      holds(point) {
        const scope = Object.fromEntries(
          axes.map((axis) => {
            const value = point[axis]!;
            return [axis, typeof value === "string" ? value : toDouble(value)];
          }),
        );
        const value: unknown = compiled.evaluate(scope);
        if (typeof value === "boolean") return value;
        throw new ArgumentError("sweep", where, `a comparison, "${text}" is a value`, value);
      },
    };
  });
}

function parseCondition(parse: (text: string) => MathNode, text: string, where: string): MathNode {
  try {
    return parse(text);
  } catch (error) {
    const { message, char } = error as Error & { char?: number };
    refuse(where, text, char ?? 1, message.replace(/ \(char \d+\)$/, ""));
  }
}

function requireAdmissible(
  root: MathNode,
  text: string,
  where: string,
  axes: readonly string[],
): void {
  root.traverse((node, path, parent) => {
    const name = "name" in node && typeof node.name === "string" ? node.name : "";
    const column = columnOf(text, name);
    if (!NODES.has(node.type)) {
      refuse(where, text, 1, `no ${node.type.replace("Node", "").toLowerCase()} may stand here`);
    }
    const isCallee = parent?.type === "FunctionNode" && path === "fn";
    if (node.type === "FunctionNode" && !FUNCTIONS.has(name)) {
      refuse(where, text, column, `${name} cannot be called in a condition`);
    }
    const isKnown = axes.includes(name) || name === "true" || name === "false";
    if (node.type === "SymbolNode" && !isCallee && !isKnown) {
      refuse(where, text, column, `${name} is no axis of this sweep (${axes.join(", ")})`);
    }
  });
}

/** Where a word begins, counted from 1. */
function columnOf(text: string, word: string): number {
  const found = new RegExp(`\\b${word.replace(/\W/g, "\\$&")}\\b`).exec(text);
  return (found?.index ?? 0) + 1;
}

function refuse(where: string, text: string, column: number, reason: string): never {
  const got = new Description(`"${text}" (column ${column}: ${reason})`);
  throw new ArgumentError("sweep", where, "a condition on the axes", got);
}
