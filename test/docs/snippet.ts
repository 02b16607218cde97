import { formatWithOptions } from "node:util";
import ts from "typescript";
import { matchesShown } from "./shown-value.js";

/** A statement of a snippet whose outcome is not what the text beside it shows. */
export interface Mismatch {
  readonly statement: string;
  readonly shown: string;
  readonly actual: string;
}

/** How a snippet gets at modules, and the names it may use without saying where they come from. */
export interface SnippetWorld {
  importModule(specifier: string): Promise<Readonly<Record<string, unknown>>>;
  readonly scope?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a piece of TypeScript as a document shows it and holds what it shows against what comes out.
 *
 * A comment `// → value`, at a statement's end or on the lines that follow it, shows the value of an
 * expression, of a `const` just declared, or of what `console.log` was given. `// throws: message`
 * shows the message (its beginning, before `…`) of the error an expression throws.
 *
 * Throws whatever the snippet throws unannounced.
 */
export async function runSnippet(source: string, world: SnippetWorld): Promise<Mismatch[]> {
  const mismatches: Mismatch[] = [];
  const pieces = piecesOf(source);
  const record = (index: number, actual: string) => {
    const { text, expectation } = pieces[index]!;
    mismatches.push({ statement: text, shown: expectation!.text, actual });
  };
  const scope: Record<string, unknown> = {
    ...world.scope,
    __import: world.importModule,
    __show(index: number, actual: unknown) {
      const { text } = pieces[index]!.expectation!;
      if (!matchesShown(actual, text)) record(index, inspect(actual));
    },
    async __throws(index: number, run: () => unknown) {
      const { text } = pieces[index]!.expectation!;
      const message = await messageOf(run);
      const isOpen = text.endsWith("…");
      const matches = isOpen ? message?.startsWith(text.slice(0, -1)) : message === text;
      if (!matches) record(index, message ?? "nothing thrown");
    },
  };
  const names = Object.keys(scope);
  const body = pieces.map((piece, index) => instrument(piece, index)).join("\n");
  const { outputText } = ts.transpileModule(`{\n${body}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = (async () => {}).constructor as new (
    ...code: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...names, outputText)(...names.map((name) => scope[name]));
  return mismatches;
}

interface Piece {
  readonly text: string;
  readonly node: ts.Statement;
  readonly expectation: { readonly kind: "value" | "throws"; readonly text: string } | null;
}

function piecesOf(source: string): Piece[] {
  const file = ts.createSourceFile("snippet.ts", source, ts.ScriptTarget.Latest, true);
  return file.statements.map((node, i) => {
    const end = file.statements[i + 1]?.getStart(file) ?? source.length;
    const after = source.slice(node.end, end);
    const comment = /^[ \t]*\n?[ \t]*\/\/ (→|throws:) ?(.*(?:\n[ \t]*\/\/ {3}.*)*)/.exec(after);
    const expectation =
      comment === null
        ? null
        : ({
            kind: comment[1] === "→" ? "value" : "throws",
            text: comment[2]!.replace(/\n[ \t]*\/\/ +/g, " ").trim(),
          } as const);
    return { text: node.getText(file), node, expectation };
  });
}

/** The statement as code that runs inside a function and reports what it shows. */
function instrument({ text, node, expectation }: Piece, index: number): string {
  if (ts.isImportDeclaration(node)) return dynamicImport(node);
  if (ts.isExportDeclaration(node)) return "";
  const bare = text.replace(/^export (?=const|function|class|async|interface|type)/, "");
  if (expectation === null) return bare;
  if (ts.isExpressionStatement(node)) {
    const expression = node.expression;
    if (expectation.kind === "throws") {
      return `await __throws(${index}, async () => (${expression.getText()}));`;
    }
    const isLog =
      ts.isCallExpression(expression) && expression.expression.getText() === "console.log";
    const shown = isLog ? expression.arguments.map((arg) => arg.getText()).join(", ") : null;
    const value = shown === null ? expression.getText() : shown;
    return `__show(${index}, await (${value}));`;
  }
  const [declaration] = ts.isVariableStatement(node) ? node.declarationList.declarations : [];
  if (expectation.kind === "value" && declaration && ts.isIdentifier(declaration.name)) {
    return `${bare}\n__show(${index}, ${declaration.name.text});`;
  }
  throw new Error(`only expressions and constants show a value, not: ${text}`);
}

function dynamicImport(node: ts.ImportDeclaration): string {
  const { importClause: clause, moduleSpecifier } = node;
  const load = `await __import(${moduleSpecifier.getText()})`;
  if (clause === undefined) return `${load};`;
  if (clause.isTypeOnly) return "";
  const names: string[] = [];
  if (clause.name) names.push(`default: ${clause.name.text}`);
  if (clause.namedBindings && ts.isNamespaceImport(clause.namedBindings)) {
    return `const ${clause.namedBindings.name.text} = ${load};`;
  }
  for (const element of clause.namedBindings?.elements ?? []) {
    if (element.isTypeOnly) continue;
    const imported = element.propertyName?.text ?? element.name.text;
    names.push(`${imported}: ${element.name.text}`);
  }
  return `const { ${names.join(", ")} } = ${load};`;
}

async function messageOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function inspect(value: unknown): string {
  return formatWithOptions({ depth: 4, breakLength: 100 }, "%O", value);
}
