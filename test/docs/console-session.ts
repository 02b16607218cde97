import { matchesNumber } from "./shown-value.js";

/** A command of a console block and the lines shown under it. */
export interface ConsoleCommand {
  readonly argv: readonly string[];
  readonly shown: readonly string[];
}

/** The `$ loopgd …` and `$ npx loopgd …` commands of a console block; any other command is refused. */
export function consoleCommands(source: string): ConsoleCommand[] {
  const commands: { argv: string[]; shown: string[] }[] = [];
  for (const line of source.replaceAll("\\\n", " ").split("\n")) {
    const prompt = /^\$ (?:npx )?(\S+)(.*)$/.exec(line);
    if (prompt === null) {
      if (line.trim() !== "" && commands.length === 0) {
        throw new Error(`a console block starts with a command, not with: ${line}`);
      }
      if (line.trim() !== "") commands.at(-1)!.shown.push(line);
      continue;
    }
    if (prompt[1] !== "loopgd") throw new Error(`cannot run in a console block: ${line}`);
    commands.push({ argv: shellWords(prompt[2]!), shown: [] });
  }
  return commands;
}

/**
 * The first shown line that the output does not hold, in order; null when it holds them all. Lines in
 * between are left out freely; within a line `…` stands for anything, numbers agree to the digits
 * shown, and space is space.
 */
export function missingLine(shown: readonly string[], output: string): string | null {
  const lines = output.split("\n");
  let next = 0;
  for (const line of shown) {
    if (line.trim() === "…") continue;
    while (next < lines.length && !matchesLine(line, lines[next]!)) next++;
    if (next === lines.length) return line;
    next++;
  }
  return null;
}

function matchesLine(shown: string, actual: string): boolean {
  return matchesWords(words(shown), words(actual));
}

/** Numbers stand alone, so that "loss=2.105," agrees to its digits too. */
function words(line: string): string[] {
  return line.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?…?|…|[^\s\d…-]+|-/gi) ?? [];
}

function matchesWords(shown: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return actual.length === 0;
  if (first === "…") {
    return actual.some((_, i) => matchesWords(rest, actual.slice(i))) || rest.length === 0;
  }
  const [word, ...others] = actual;
  if (word === undefined) return false;
  const isSame = /^-?\d/.test(first) ? matchesNumber(Number(word), first) : first === word;
  return isSame && matchesWords(rest, others);
}

function shellWords(text: string): string[] {
  const found = text.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g);
  const result = [...found].map(([, single, double, bare]) => single ?? double ?? bare!);
  const operator = result.find((word) => /^([|&;<>]+|\d?>.*)$/.test(word));
  if (operator !== undefined) throw new Error(`a console block has no shell for ${operator}`);
  return result;
}
