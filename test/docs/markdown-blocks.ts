/** A fenced code block of a Markdown file. */
export interface MarkdownBlock {
  readonly path: string;
  /** Of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** Words after the language, e.g. "compile" in ```ts compile. */
  readonly marks: readonly string[];
  readonly source: string;
}

/** Every fenced code block of a Markdown text, at the left margin or indented under a list. */
export function markdownBlocks(path: string, text: string): MarkdownBlock[] {
  return [...text.matchAll(/^([ ]*)```(\S+)([^\n]*)\n([\s\S]*?)^\1```[ ]*$/gm)].map((match) => {
    const [, indent = "", language = "", marks = "", body = ""] = match;
    return {
      path,
      line: text.slice(0, match.index).split("\n").length,
      language,
      marks: marks.split(/\s+/).filter((mark) => mark !== ""),
      source: body.replace(new RegExp(`^${indent}`, "gm"), ""),
    };
  });
}
