/**
 * Colours by role, for white and for dark paper. Hues after Okabe and Ito, told apart under every
 * common colour blindness; in grey, markers and dashes tell series apart.
 *
 * Specifications are written in the light colours. No two roles share one, so that a page can
 * replace each by its dark twin.
 */
export const PALETTE = {
  paper: { light: "#ffffff", dark: "#15191f" },
  ink: { light: "#1b1f24", dark: "#e6e9ed" },
  muted: { light: "#59626d", dark: "#a3adb9" },
  grid: { light: "#e3e7eb", dark: "#2b323b" },
  axis: { light: "#9aa4ae", dark: "#5b6673" },
  shade: { light: "#eef1f4", dark: "#1f262e" },
  blue: { light: "#0a5fa3", dark: "#5db0f0" },
  vermilion: { light: "#c9500a", dark: "#ff8f4f" },
  green: { light: "#00805f", dark: "#3fcfa6" },
  purple: { light: "#97468a", dark: "#dd9bcd" },
  amber: { light: "#8a6000", dark: "#e8b93c" },
  paleBlue: { light: "#a9cbe6", dark: "#2f5678" },
} as const;

/** Diverging scale, below zero to above: it is lighter above zero, so that grey keeps the sign. */
export const DIVERGING_SCALE = [
  { position: 0, light: "#06325e", dark: "#4590d0" },
  { position: 0.25, light: "#3f7db5", dark: "#2d5a86" },
  { position: 0.5, light: "#f6f6f4", dark: "#20262d" },
  { position: 0.75, light: "#f0ad66", dark: "#a85b1c" },
  { position: 1, light: "#c9650f", dark: "#ffc48c" },
] as const;

/** Colour, marker and dash of one series among several: in grey the last two tell it apart. */
export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: "circle" | "square" | "diamond" | "triangle-up" | "cross";
  readonly dash: "solid" | "dash" | "dot" | "dashdot" | "longdash";
}

const SERIES: readonly SeriesStyle[] = [
  { colour: PALETTE.blue.light, symbol: "circle", dash: "solid" },
  { colour: PALETTE.vermilion.light, symbol: "square", dash: "dash" },
  { colour: PALETTE.green.light, symbol: "diamond", dash: "dot" },
  { colour: PALETTE.purple.light, symbol: "triangle-up", dash: "dashdot" },
  { colour: PALETTE.amber.light, symbol: "cross", dash: "longdash" },
];

/** Sequential scale, from pale to deep: its luminance falls all the way, so that grey keeps the order. */
export const SEQUENTIAL_SCALE = [
  { position: 0, light: "#f3f7f0", dark: "#1a2420" },
  { position: 0.25, light: "#c4dfd0", dark: "#275246" },
  { position: 0.5, light: "#7fb7ae", dark: "#3d8578" },
  { position: 0.75, light: "#3c8290", dark: "#77b8a8" },
  { position: 1, light: "#123f5c", dark: "#d3efe0" },
] as const;

/** The style of series `index`, starting over after the fifth. */
export function seriesStyle(index: number): SeriesStyle {
  return SERIES[index % SERIES.length]!;
}

/** Every light colour with its dark twin. */
export function darkTwins(): Record<string, string> {
  return Object.fromEntries(
    [...Object.values(PALETTE), ...DIVERGING_SCALE, ...SEQUENTIAL_SCALE].map(({ light, dark }) => [
      light,
      dark,
    ]),
  );
}
