import { posix } from "node:path";
import ts from "typescript";

/** One `@example` of a docstring. */
export interface DocstringExample {
  readonly path: string;
  readonly line: number;
  /** The first declared name after the docstring, for the test's title. */
  readonly symbol: string;
  readonly source: string;
}

/** Every `@example` in a module's docstrings, of members too. */
export function docstringExamples(path: string, text: string): DocstringExample[] {
  const examples: DocstringExample[] = [];
  for (const { 0: comment, index } of text.matchAll(/\/\*\*(?:[^*]|\*(?!\/))*\*\//g)) {
    const symbol =
      /^\s*(?:export |declare |default |async |abstract |readonly |static )*(?:function\*? |const |class |interface |type )?([\w$]+)/.exec(
        text.slice(index + comment.length),
      );
    for (const match of comment.matchAll(/@example\b([\s\S]*?)(?=\n\s*\*\s*@|\s*\*\/$)/g)) {
      const line = text.slice(0, index + match.index).split("\n").length;
      const source = match[1]!.replace(/\n\s*\* ?/g, "\n").trim();
      examples.push({ path, line, symbol: symbol?.[1] ?? "", source });
    }
  }
  return examples;
}

/**
 * The value names an example may use: what its module exports, and what it imports from elsewhere,
 * as a type or as a value.
 *
 * @param importModule  loads a specifier as the module at `path` writes it
 */
export async function scopeOf(
  path: string,
  text: string,
  importModule: (specifier: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Record<string, unknown>> {
  const scope: Record<string, unknown> = {};
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  for (const node of file.statements) {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
    const bindings = node.importClause?.namedBindings;
    if (bindings === undefined) continue;
    const module = await importModule(node.moduleSpecifier.text);
    if (ts.isNamespaceImport(bindings)) scope[bindings.name.text] = module;
    else {
      for (const { name, propertyName } of bindings.elements) {
        const imported = (propertyName ?? name).text;
        if (imported in module) scope[name.text] = module[imported];
      }
    }
  }
  return { ...scope, ...(await importModule(`./${posix.basename(path)}`)) };
}
