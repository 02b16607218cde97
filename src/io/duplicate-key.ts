/**
 * The first key that occurs twice in one object of a JSON text, or undefined.
 *
 * `JSON.parse` keeps the last of two equal keys without a word; in a file that means two readers may
 * disagree on what it holds.
 *
 * Hypotheses.   the text is valid JSON
 * @example findDuplicateKey('{"a": 1, "b": {"a": 2}, "a": 3}')  // → "a"
 */
export function findDuplicateKey(json: string): string | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  const open: (Set<string> | undefined)[] = [];
  let text: string | undefined;
  for (const [token] of json.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":" && text !== undefined) {
      const key = JSON.parse(text) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    text = token.startsWith('"') ? token : undefined;
  }
  return undefined;
}
