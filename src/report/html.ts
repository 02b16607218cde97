/** Markup that is safe to put into a page: only `html` and `trustedHtml` make it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template may hold: text and numbers are escaped, Html is kept, null leaves nothing. */
export type HtmlPart = Html | string | number | null | readonly HtmlPart[];

/**
 * Tagged template for HTML that escapes everything but other Html.
 *
 * Hypotheses.   attribute values are quoted, and no part stands in a script, a style or a URL
 * @example html`<p>${"1 < 2"}</p>`.text  // → "<p>1 &lt; 2</p>"
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(
    strings.reduce((text, literal, i) => `${text}${show(parts[i - 1] ?? null)}${literal}`),
  );
}

/** Marks markup as safe: for fixed text of this package and what was escaped by other means. */
export function trustedHtml(markup: string): Html {
  return new Html(markup);
}

/**
 * A value as JSON that may stand inside a script element: no "<" is left, so nothing can close the
 * element or open a comment.
 */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

function show(part: HtmlPart): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return part.map(show).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
