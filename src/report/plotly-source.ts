import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Html, trustedHtml } from "./html.js";

/** The text of plotly.js-dist-min, safe inside a script element. */
export function plotlySource(): Html {
  const path = createRequire(import.meta.url).resolve("plotly.js-dist-min");
  return trustedHtml(inScriptElement(readFileSync(path, "utf8")));
}

/**
 * JavaScript that a script element may hold: in strings, templates and regular expressions, where
 * alone these sequences occur, a backslash before "/" or "!" changes nothing.
 */
export function inScriptElement(source: string): string {
  return source.replace(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");
}
