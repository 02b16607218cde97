import type { Data, Layout } from "plotly.js-dist-min";

/** What Plotly draws, in the light palette; complete by itself. */
export interface FigureSpecification {
  readonly data: readonly Data[];
  readonly layout: Partial<Layout>;
}

/** The numbers behind a figure, for readers who want digits or cannot see the picture. */
export interface FigureNumbers {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture with the words that make it evidence. */
export interface Figure {
  /** Unique on a page; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly specification: FigureSpecification;
  /** Layout entries that replace the specification's where the page is narrow. */
  readonly narrowLayout: Partial<Layout>;
  /** What is shown, and which parts are exact, certified or sampled. Plain text. */
  readonly caption: string;
  /** The picture in words, with its main numbers. Plain text. */
  readonly altText: string;
  readonly numbers: FigureNumbers;
}
