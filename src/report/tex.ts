import temml from "temml";
import { NumericalError } from "../errors.js";
import { type Html, trustedHtml } from "./html.js";

/**
 * A formula as MathML, which browsers draw without script or fonts of ours and screen readers read.
 *
 * Throws.       NumericalError for TeX that cannot be read
 */
export function texFormula(tex: string, options: { readonly display?: boolean } = {}): Html {
  try {
    const displayMode = options.display ?? false;
    return trustedHtml(
      temml.renderToString(tex, { displayMode, throwOnError: true, trust: false }),
    );
  } catch (error) {
    throw new NumericalError(
      `texFormula: ${tex}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
