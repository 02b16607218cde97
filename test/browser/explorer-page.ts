import type { Page } from "playwright-core";
import { expect } from "vitest";
import { runCli } from "../cli/run-cli.js";

/** Curves that Plotly has drawn, by series name, in loss (not its logarithm). */
type Curves = Readonly<Record<string, readonly number[]>>;

/** Waits until nothing is being computed for the present setting. */
export async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(200);
  await page.waitForSelector("html[data-settled]", { state: "attached" });
}

/** Moves a slider as a hand does. */
export async function slide(page: Page, field: string, position: string): Promise<void> {
  await page.$eval(
    `#${field}-slider`,
    (node, value) => {
      (node as HTMLInputElement).value = value;
      node.dispatchEvent(new Event("input", { bubbles: true }));
    },
    position,
  );
}

/** What `loopgd optimum --json` says. */
export async function optimum(dim: number, context: string, loops: number, ...more: string[]) {
  const size = ["--dim", String(dim), "--context", context, "--loops", String(loops)];
  const fields = more.includes("--fields") ? [] : ["--fields", "untied"];
  const { stdout } = await runCli(["optimum", ...size, ...fields, ...more, "--json"]);
  return JSON.parse(stdout);
}

/** The drawn curves hold the command line's losses at L, and the tiles its step. */
export async function agreesWithCli(
  page: Page,
  dim: number,
  context: string,
  loops: number,
  ...more: string[]
): Promise<void> {
  const { isotropic, untied } = await optimum(dim, context, loops, ...more);
  const curves = await curvesOf(page);
  for (const [name, loss] of [
    [`<i>b</i>* of ${loops} loops`, isotropic.loss],
    ["best <i>b</i> of each depth", isotropic.loss],
    ["best untied layers", untied.loss],
  ]) {
    expect(curves[name]?.[loops], name).toBeDefined();
    expect(Math.log10(curves[name]![loops]!)).toBeCloseTo(Math.log10(loss), 7);
  }
  if (isotropic.stepSize < 1 - 1e-7) {
    const shown = Number.parseFloat((await page.textContent("#headline .value"))!);
    expect(shown / isotropic.stepSize).toBeCloseTo(1, 7);
  }
}

export function curvesOf(page: Page): Promise<Curves> {
  return page.$eval('[data-plot="loops"]', (plot) => {
    const { data } = plot as unknown as { data: { name: string; y: number[] }[] };
    return Object.fromEntries(
      data.map(({ name, y }) => [name, y.map((exponent) => 10 ** exponent)]),
    );
  });
}

/** How much longer a fixed piece of work takes than at its fastest, now. */
export function slownessOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const times = Array.from({ length: 12 }, () => {
      const start = performance.now();
      let sum = 0;
      for (let i = 0; i < 5e5; i++) sum += Math.sqrt(i);
      return performance.now() - start + 0 * sum;
    });
    return times.reduce((a, b) => a + b) / times.length / Math.min(...times);
  });
}

/** Texts of figures that leave their plot. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".plot")].flatMap((plot) => {
      const box = plot.getBoundingClientRect();
      return [...plot.querySelectorAll("svg text")]
        .filter((text) => {
          const { left, right, width } = text.getBoundingClientRect();
          return width > 0 && (left < box.left - 1 || right > box.right + 1);
        })
        .map((text) => `${(plot as HTMLElement).dataset.plot}: ${text.textContent}`);
    }),
  );
}

/** The text of the element that has the focus. */
export function focusedText(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText);
}

/** A hexadecimal colour as browsers compute it. */
export function rgb(hex: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${channels.join(", ")})`;
}
