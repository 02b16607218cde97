// Draws docs/images/figure-*.svg and writes docs/gallery.md from what `loopgd figure` draws at its
// defaults (seed 0). With --check: fails when the text or a rounded specification is stale; needs no
// Chromium then.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { FIGURE_NAMES } from "../dist/src/cli/figure/catalogue.js";

const isCheck = process.argv.includes("--check");
const root = new URL("..", import.meta.url);
const loopgd = (...args) =>
  execFileSync(process.execPath, ["bin/loopgd.js", ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });

// Never pixels: numbers to three digits, so that the last bits of another machine do not matter.
const rounded = (value) => {
  if (typeof value === "number") return Number(value.toPrecision(3));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rounded(part)]));
};

const parts = FIGURE_NAMES.map((name) => {
  const figure = JSON.parse(loopgd("figure", name, "--json", "--quiet"));
  const digest = createHash("sha256")
    .update(JSON.stringify(rounded(figure.specification)))
    .digest("hex");
  if (!isCheck) {
    loopgd("figure", name, "--format", "svg", "--quiet", "--out", `docs/images/figure-${name}.svg`);
  }
  return `## ${figure.title}

![${figure.altText}](images/figure-${name}.svg)

${figure.caption}

\`\`\`sh
loopgd figure ${name}
\`\`\`

<!-- specification ${digest.slice(0, 16)} -->
`;
});

const text = `# Gallery

Every picture here is what \`loopgd figure NAME --format svg\` draws at its defaults; \`npm run gallery\` draws them all again, \`npm run gallery -- --check\` fails where this page is stale. Other settings: \`loopgd figure --list\`.

${parts.join("\n")}`;
const path = new URL("gallery.md", import.meta.url);
if (!isCheck) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  process.stderr.write("docs/gallery.md is stale: npm run build && npm run gallery\n");
  process.exitCode = 1;
}
