import { join } from "node:path";
import ts from "typescript";

/** A module that exists only for the compiler. */
export interface VirtualModule {
  /** Where it stands in the repository, for its relative imports. */
  readonly path: string;
  readonly source: string;
  /** What its diagnostics are told by; `firstLine` is the line of the document its source starts at. */
  readonly title: string;
  readonly firstLine: number;
  /** Lines before this one (from 0) are scaffolding and not reported. */
  readonly skippedLines?: number;
}

/**
 * Compiler errors of modules that are no files, under the repository's own strict options, with
 * "loopgd" standing for the source it is built from.
 */
export function typeErrors(root: string, modules: readonly VirtualModule[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {
      noUnusedLocals: false,
      noUnusedParameters: false,
      // As Deno writes them, in notebooks.
      allowImportingTsExtensions: true,
      // Keeps one document's names out of another's.
      moduleDetection: ts.ModuleDetectionKind.Force,
      paths: { loopgd: [join(root, "src/index.ts")] },
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  if (config === undefined) throw new Error("tsconfig.json could not be read");
  const virtual = new Map(modules.map((module) => [join(root, module.path), module]));
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name)?.source ?? readFile(name);
  host.getSourceFile = (name, options, ...rest) => {
    const module = virtual.get(name);
    if (module === undefined) return getSourceFile(name, options, ...rest);
    return ts.createSourceFile(name, module.source, options);
  };
  const program = ts.createProgram([...virtual.keys()], config.options, host);
  return [...virtual].flatMap(([name, { title, firstLine, skippedLines = 0 }]) => {
    const file = program.getSourceFile(name);
    if (file === undefined) return [`${title}: was not compiled`];
    const diagnostics = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return diagnostics.flatMap(({ start = 0, messageText }) => {
      const { line } = file.getLineAndCharacterOfPosition(start);
      if (line < skippedLines) return [];
      const text = ts.flattenDiagnosticMessageText(messageText, "\n");
      return [`${title}:${firstLine + line - skippedLines} ${text}`];
    });
  });
}
