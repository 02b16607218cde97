import type { ReportHeader } from "../report/page.js";
import { describeMachine } from "./machine.js";
import { VERSION } from "./version.js";

/** What a report written by this very run says of its own origin. */
export function reportHeader(
  title: string,
  seed: number | null,
  command: string,
  date: Date,
): ReportHeader {
  return {
    ...{ title, version: VERSION, seed, command },
    machine: describeMachine(),
    date: date.toISOString().slice(0, 10),
  };
}
