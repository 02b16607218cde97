// Writes dist/explorer/explorer.html, one file that holds all it needs; called by `npm run build`
// after the compiler.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { renderExplorerPage } from "../../dist/src/explorer/markup/render-page.js";
import { trustedHtml } from "../../dist/src/report/html.js";
import { inScriptElement, plotlySource } from "../../dist/src/report/plotly-source.js";

async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
  });
  return trustedHtml(inScriptElement(outputFiles[0].text));
}

const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);
const page = renderExplorerPage({
  version,
  plotly: plotlySource(),
  page: await bundled("./page/page-main.ts"),
  worker: await bundled("./worker/worker-main.ts"),
});
mkdirSync(new URL("../../dist/explorer/", import.meta.url), { recursive: true });
writeFileSync(new URL("../../dist/explorer/explorer.html", import.meta.url), page);
