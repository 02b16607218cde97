// @ts-check
// Builds the documentation as one static site in dist-docs/: the API of every entry point and the pages
// written by hand, with formulas as MathML. Fails on any warning and on a link that leads nowhere.
//
//   node docs/site/build.mjs [FOLDER]
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { load as labelDocstrings } from "./docstring-lines.mjs";
import { brokenSiteLinks } from "./links.mjs";
import { withMathMl } from "./tex.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = resolve(root, process.argv[2] ?? "dist-docs");

/** What the site is made of besides the sources: copied aside, since formulas are replaced in it. */
const WRITTEN = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs", "notebooks"];

/** The sources of what package.json exports. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.values(exports).flatMap((entry) =>
    typeof entry === "object"
      ? [join(root, entry.types.replace(/^\.\/dist\//, "").replace(/\.d\.ts$/, ".ts"))]
      : [],
  );
}

/** The pages, by the group they are listed in. */
function groups() {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const isDerivation = (/** @type {string} */ name) => name.startsWith("derivation-");
  const first = ["notation.md", "verdicts.md"];
  const guides = [...first, ...docs.filter((name) => !first.includes(name) && !isDerivation(name))];
  return {
    Guides: [...guides.map((name) => `docs/${name}`), "notebooks/README.md"],
    Derivations: docs.filter(isDerivation).map((name) => `docs/${name}`),
    Project: ["CONTRIBUTING.md", "CHANGELOG.md"],
  };
}

/** A page in its group, under the title of its heading, with formulas as MathML. */
function preparePage(
  /** @type {string} */ folder,
  /** @type {string} */ page,
  /** @type {string} */ group,
) {
  const path = join(folder, page);
  const text = withMathMl(readFileSync(path, "utf8"), page);
  const title = /^# (.+)$/m.exec(text)?.[1] ?? basename(page);
  const head = `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n`;
  writeFileSync(path, head + text);
  return path;
}

/**
 * TypeDoc's script puts all icons into every page, yet its pages point to a file of them, which a browser
 * refuses to load where the site is opened from disk.
 */
function useIconsOfThePage() {
  for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".html")) continue;
    const page = readFileSync(join(out, name), "utf8");
    writeFileSync(join(out, name), page.replace(/"(?:\.\.\/)*assets\/icons\.svg#/g, '"#'));
  }
}

/** Exports that no docstring speaks of; members may speak for themselves. */
function undocumented(/** @type {import("typedoc").ProjectReflection} */ project) {
  return (project.children ?? []).flatMap((entry) =>
    (entry.children ?? [])
      .filter(
        (symbol) =>
          !symbol.isReference() &&
          // A library's own is documented there.
          project.getSymbolIdFromReflection(symbol)?.packageName === "loopgd" &&
          !symbol.hasComment() &&
          !symbol.signatures?.some((signature) => signature.hasComment()),
      )
      .map((symbol) => `${entry.name}: ${symbol.name} has no docstring`),
  );
}

/** Our style after that of formulas, whose font for primes and script letters comes along. */
function styleSheet() {
  const from = dirname(fileURLToPath(import.meta.resolve("temml")));
  const font = readFileSync(join(from, "Temml.woff2")).toString("base64");
  const formulas = readFileSync(join(from, "Temml-Local.css"), "utf8");
  const own = readFileSync(new URL("site.css", import.meta.url), "utf8");
  return formulas.replace("url('Temml.woff2')", `url("data:font/woff2;base64,${font}")`) + own;
}

async function build(/** @type {string} */ copy) {
  for (const name of WRITTEN) cpSync(join(root, name), join(copy, name), { recursive: true });
  const readme = join(copy, "README.md");
  // TypeDoc gives the first page a heading of its own.
  writeFileSync(readme, readFileSync(readme, "utf8").replace(/^# .*\n/, ""));
  const customCss = join(copy, "site.css");
  writeFileSync(customCss, styleSheet());
  const documents = Object.entries(groups()).flatMap(([group, pages]) =>
    pages.map((page) => preparePage(copy, page, group)),
  );
  const app = await Application.bootstrapWithPlugins({
    options: join(root, "typedoc.json"),
    entryPoints: entryPoints(),
    tsconfig: join(root, "tsconfig.build.json"),
    basePath: root,
    readme,
    projectDocuments: documents,
    customCss,
    out,
  });
  labelDocstrings(app);
  const project = await app.convert();
  if (project === undefined) return false;
  app.validate(project);
  for (const complaint of undocumented(project)) app.logger.error(/** @type {any} */ (complaint));
  await app.generateOutputs(project);
  useIconsOfThePage();
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}

const copy = mkdtempSync(join(tmpdir(), "loopgd-docs-"));
let isSound = false;
try {
  isSound = await build(copy);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const broken = isSound ? brokenSiteLinks(out) : [];
for (const { file, link, reason } of broken) console.error(`${file}: ${link} ${reason}`);
if (!isSound || broken.length > 0) {
  console.error("docs: the site is not as it should be");
  process.exitCode = 1;
} else {
  console.log(`docs: ${relative(process.cwd(), out)}/index.html`);
}
