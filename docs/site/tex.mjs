// @ts-check
// TeX in Markdown, as MathML: browsers draw it without scripts or fonts of ours, screen readers read it.
import temml from "temml";

/** Code, which holds no formula: fenced blocks, then spans of as many backticks as they began with. */
const CODE = /^([ \t]*)(`{3,}|~{3,})[\s\S]*?^\1\2[ \t]*$|(`+)(?!`)[\s\S]*?[^`]\3(?!`)/gm;

/** $$…$$ or $…$; a formula on a line of text neither begins nor ends with space, nor holds a blank line. */
const FORMULA =
  /\$\$([\s\S]+?)\$\$|(?<![\\$])\$(?![\s$])((?:(?!\n\s*\n)[^$])*?)(?<!\s)\$(?![\d$])/g;

/**
 * A Markdown text with its formulas as MathML.
 *
 * Throws an Error naming the document and the formula that cannot be read.
 */
export function withMathMl(/** @type {string} */ markdown, /** @type {string} */ document) {
  let result = "";
  let end = 0;
  for (const code of markdown.matchAll(CODE)) {
    result += replaced(markdown.slice(end, code.index), document) + code[0];
    end = code.index + code[0].length;
  }
  return result + replaced(markdown.slice(end), document);
}

function replaced(/** @type {string} */ text, /** @type {string} */ document) {
  return text.replace(FORMULA, (_, display, inline) =>
    display === undefined
      ? mathMl(inline, false, document)
      : `<div class="formula" tabindex="0">${mathMl(display, true, document)}</div>`,
  );
}

function mathMl(
  /** @type {string} */ tex,
  /** @type {boolean} */ displayMode,
  /** @type {string} */ document,
) {
  try {
    const formula = temml.renderToString(tex, { displayMode, throwOnError: true, trust: false });
    // In text Markdown would take these for its own, and TypeDoc the braces and at signs.
    return formula
      .replaceAll("\n", " ")
      .replace(/>([^<]+)</g, (_, content) => `>${escaped(content)}<`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`${document}: the formula ${tex} cannot be read: ${reason}`);
  }
}

function escaped(/** @type {string} */ content) {
  return content.replace(/[*_[\]{}@`\\~|!]/g, (letter) => `&#${letter.codePointAt(0)};`);
}
