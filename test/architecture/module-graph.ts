import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** One import of a module, in any form the language has. */
export interface Import {
  /** As written; null where it is computed and so cannot be read off the source. */
  readonly specifier: string | null;
  /** Path of the module meant, from the repository's root; null for packages and files that are no modules. */
  readonly target: string | null;
  readonly line: number;
}

export interface Module {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Whether every statement is `export { … } from` or `export type { … } from`. */
  readonly isNamedReexports: boolean;
}

export type ModuleGraph = ReadonlyMap<string, Module>;

/** Text of every TypeScript and JavaScript module in the given folders, by path from the root. */
export function readModules(root: string, folders: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.[cm]?[jt]s$/.test(entry)) continue;
      const path = posix.join(folder, entry.replaceAll("\\", "/"));
      sources.set(path, readFileSync(join(root, path), "utf8"));
    }
  }
  return sources;
}

/**
 * The graph of who imports whom: static, type-only and dynamic imports, re-exports, import types,
 * `require`, worker URLs. `packageName` is this package's own name, which resolves to its entries.
 */
export function moduleGraph(
  sources: ReadonlyMap<string, string>,
  packageName = "loopgd",
): ModuleGraph {
  const graph = new Map<string, Module>();
  for (const [path, text] of sources) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    graph.set(path, {
      path,
      lines: text.replace(/\n$/, "").split("\n").length,
      imports: importsOf(file).map(({ specifier, position }) => ({
        specifier,
        target: specifier === null ? null : resolve(path, specifier, sources, packageName),
        line: file.getLineAndCharacterOfPosition(position).line + 1,
      })),
      isNamedReexports: file.statements.every(
        (statement) =>
          ts.isExportDeclaration(statement) &&
          statement.moduleSpecifier !== undefined &&
          statement.exportClause !== undefined &&
          ts.isNamedExports(statement.exportClause),
      ),
    });
  }
  return graph;
}

interface RawImport {
  readonly specifier: string | null;
  readonly position: number;
}

function importsOf(file: ts.SourceFile): RawImport[] {
  const found: RawImport[] = [];
  const add = (node: ts.Node | undefined) => {
    if (node === undefined) return;
    const specifier = ts.isStringLiteralLike(node) ? node.text : null;
    found.push({ specifier, position: node.getStart(file) });
  };
  for (const reference of file.referencedFiles) {
    found.push({ specifier: `./${reference.fileName}`, position: reference.pos });
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument);
    } else if (ts.isCallExpression(node) && isImporting(node.expression)) add(node.arguments[0]);
    else if (ts.isNewExpression(node) && isModuleUrl(node)) add(node.arguments?.[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `import(…)`, `require(…)`, `require.resolve(…)`, `import.meta.resolve(…)`. */
function isImporting(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return /^(require(\.resolve)?|import\.meta\.resolve)$/.test(callee.getText());
}

/** `new URL("./worker.js", import.meta.url)`, where the file named is a module. */
function isModuleUrl({ expression, arguments: args = [] as never }: ts.NewExpression): boolean {
  const [path, base] = args;
  return (
    expression.getText() === "URL" &&
    base?.getText() === "import.meta.url" &&
    path !== undefined &&
    ts.isStringLiteralLike(path) &&
    /\.[cm]?[jt]s$/.test(path.text)
  );
}

function resolve(
  importer: string,
  specifier: string,
  sources: ReadonlyMap<string, string>,
  packageName: string,
): string | null {
  if (specifier === packageName) return "src/index.ts";
  if (specifier.startsWith(`${packageName}/`)) {
    const entry = `src/${specifier.slice(packageName.length + 1)}.ts`;
    return sources.has(entry) ? entry : null;
  }
  if (!specifier.startsWith(".")) return null;
  const path = posix.join(posix.dirname(importer), specifier);
  const stem = path.replace(/\.[cm]?[jt]s$/, "");
  const candidates = [path, `${stem}.ts`, `${stem}.d.ts`, `${stem}.mts`, `${path}/index.ts`];
  return candidates.find((candidate) => sources.has(candidate)) ?? null;
}
