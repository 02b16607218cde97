import { type Command, Option } from "commander";
import { EXIT, exitCodeOf } from "../exit-code.js";
import type { FigureName } from "../figure/catalogue.js";
import type { FigureFormat } from "../figure/export-figure.js";
import type { FigureOption, FigureOptions, FigureSettings } from "../figure/settings.js";
import type { CliIo, CommonOptions, Finish } from "../io.js";
import { addCommonOptions, bigIntegerOption, integerOption } from "../options.js";
import { reproduceCommand } from "../reproduce.js";

interface Options extends CommonOptions, FigureOptions {
  readonly list: boolean;
  readonly format?: FigureFormat;
  readonly out?: string;
  readonly width?: number;
}

const SETTINGS = ["dim", "context", "loops", "decades", "run"] as const satisfies FigureOption[];

/** `loopgd figure NAME`: draws one figure, or all, into files. */
export function addFigureCommand(program: Command, io: CliIo, finish: Finish): void {
  const integer = (flag: string, minimum = 1) => integerOption("figure", flag, minimum);
  const command = program
    .command("figure")
    .description("draw a figure: a page, a vector picture for a paper, or its Plotly specification")
    .argument("[name]", "which one (see --list), or all")
    .addHelpText(
      "before",
      "Example: loopgd figure landscape --dim 10 --context 20 --loops 5 --format pdf\n" +
        "         loopgd figure eigenvalues --run runs/demo --format svg --out eigenvalues.svg\n" +
        "         loopgd figure all --format svg --out figures\n",
    )
    .option("--list", "list the figures, what each takes and its defaults", false)
    .addOption(
      new Option(
        "--format <format>",
        "svg, png and pdf need an installed Chromium or Chrome (default: html)",
      ).choices(["html", "svg", "png", "pdf", "json"]),
    )
    .option("--out <file>", "where to, - for stdout; of all, a folder (default: NAME.FORMAT)")
    .option("--width <pixels>", "of a picture (default: 760)", integer("--width", 200))
    .optionsGroup("What is drawn (which figure takes what: --list):")
    .option("--dim <d>", "covariate dimension", integer("--dim"))
    .option("--context <n>", "in-context examples", bigIntegerOption("figure", "--context"))
    .option("--loops <L>", "loops, or the depth", integer("--loops"))
    .option("--decades <count>", "context lengths up to ten to this", integer("--decades", 2))
    .option("--run <folder>", "a run of loopgd train, or verify, in place of a small one made now")
    .optionsGroup("Options:");
  addCommonOptions(command).action(async (name: string | undefined, options: Options) => {
    finish(await figure(name, options, io));
  });
}

async function figure(name: string | undefined, options: Options, io: CliIo): Promise<number> {
  const { ArgumentError } = await import("../../errors.js");
  const { FIGURE_NAMES } = await import("../figure/catalogue.js");
  if (options.list) {
    io.stdout(await listing(options.json));
    return EXIT.ok;
  }
  if (name === undefined) {
    throw new ArgumentError("figure", "name", "given (see --list), or all", name);
  }
  if (options.json && options.format !== undefined && options.format !== "json") {
    throw new ArgumentError("figure", "--format", "absent, or json, with --json", options.format);
  }
  const format = options.json ? "json" : (options.format ?? "html");
  if (format === "svg" || format === "png" || format === "pdf") {
    const { findChromium } = await import("../figure/chromium.js");
    findChromium(process.env, format);
  }
  const known = FIGURE_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) {
    const out = options.out ?? (options.json ? "-" : `${known}.${format}`);
    return drawTo(known, format, out, options, io);
  }
  if (name !== "all") {
    throw new ArgumentError("figure", "name", `one of ${FIGURE_NAMES.join(", ")}, or all`, name);
  }
  if (options.json || options.out === "-" || options.run !== undefined) {
    throw new ArgumentError("figure", "name", "a single one with --json, --run or --out -", name);
  }
  for (const each of FIGURE_NAMES) {
    const code = await drawTo(
      each,
      format,
      `${options.out ?? "figures"}/${each}.${format}`,
      options,
      io,
    );
    if (code !== EXIT.ok) return code;
  }
  return EXIT.ok;
}

async function drawTo(
  name: FigureName,
  format: FigureFormat,
  out: string,
  options: Options,
  io: CliIo,
): Promise<number> {
  const { dirname } = await import("node:path");
  const { writeFileAtomically } = await import("../../io/atomic-file.js");
  const { requireWritableFolder } = await import("../../io/writable-folder.js");
  const { FIGURES } = await import("../figure/catalogue.js");
  const { DEFAULT_WIDTH, exportFigure } = await import("../figure/export-figure.js");
  const { reportHeader } = await import("../report-header.js");
  if (out !== "-") requireWritableFolder("figure", "--out", dirname(out));
  const settings = await settingsOf(name, options, io);
  const command = reproduceCommand("figure", argumentsOf(name, format, options), options.seed);
  const figure = await FIGURES[name].draw(settings).catch((error: unknown) => {
    if (io.signal.aborted) return null;
    throw error;
  });
  if (figure === null || io.signal.aborted) {
    io.stderr("loopgd: interrupted; nothing was written\n");
    return exitCodeOf(io.signal);
  }
  const header = reportHeader(figure.title, options.seed, command, io.now());
  const width = options.width ?? DEFAULT_WIDTH;
  const picture = await exportFigure(figure, format, { header, width });
  if (out === "-") {
    if (typeof picture === "string") io.stdout(picture);
    else process.stdout.write(picture);
  } else {
    writeFileAtomically("figure", out, picture, "--out");
    if (!options.quiet) io.stderr(`${name}: ${out}\n${figure.caption}\n`);
  }
  return EXIT.ok;
}

/** The settings of a figure; refuses options that it does not take. */
async function settingsOf(name: FigureName, options: Options, io: CliIo): Promise<FigureSettings> {
  const { ArgumentError } = await import("../../errors.js");
  const { FIGURES } = await import("../figure/catalogue.js");
  const takes: Partial<Record<FigureOption, number | string>> = FIGURES[name].takes;
  for (const option of SETTINGS) {
    if (options[option] !== undefined && takes[option] === undefined) {
      const flags = Object.keys(takes)
        .map((flag) => `--${flag}`)
        .join(", ");
      throw new ArgumentError(
        "figure",
        `--${option}`,
        `absent: ${name} takes ${flags}`,
        options[option],
      );
    }
  }
  if (options.run !== undefined) {
    const other = SETTINGS.find((option) => option !== "run" && options[option] !== undefined);
    if (other !== undefined) {
      throw new ArgumentError(
        "figure",
        `--${other}`,
        "absent with --run, which says it",
        options[other],
      );
    }
  }
  const number = (option: "dim" | "loops" | "decades") =>
    options[option] ?? Number(takes[option] ?? 1);
  const quietIo = options.quiet ? { ...io, stderr: () => {} } : io;
  return {
    ...{ dim: number("dim"), loops: number("loops"), decades: number("decades") },
    context: options.context ?? BigInt(takes.context ?? 1),
    ...{ run: options.run, seed: options.seed, io: quietIo },
  };
}

function argumentsOf(name: FigureName, format: FigureFormat, options: Options): string[] {
  const given = [...SETTINGS, "width" as const].flatMap((option) =>
    options[option] === undefined ? [] : [`--${option}`, String(options[option])],
  );
  return [name, ...given, "--format", format];
}

async function listing(json: boolean): Promise<string> {
  const { FIGURES, FIGURE_NAMES } = await import("../figure/catalogue.js");
  const { textTable } = await import("../text-table.js");
  const entries = FIGURE_NAMES.map((name) => {
    const takes: Partial<Record<FigureOption, number | string>> = FIGURES[name].takes;
    return { name, about: FIGURES[name].about, takes };
  });
  if (json) {
    return `${JSON.stringify({ schema: "loopgd.figures/1", figures: entries }, null, 2)}\n`;
  }
  const rows = entries.map(({ name, about, takes }) => {
    const flags = Object.entries(takes).map(([flag, value]) =>
      flag === "run" ? `--run (of loopgd ${value})` : `--${flag} ${value}`,
    );
    return [name, about, flags.join(" ")];
  });
  return `${textTable(rows)}\n`;
}
