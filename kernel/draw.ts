/*
 * What JavaScript calls to draw prompts. Every address is the caller's: nothing is allocated here.
 */
import { drawGramPrompts, drawScratchVectors, PromptLaw } from "./draw-gram";
import { drawPositions, sequenceStateVectors, startSequences } from "./draw-positions";
import { ENTRY } from "./lanes";
import { buildNormalTables, NORMAL_TABLE_BYTES } from "./normal";

export { buildNormalTables };

export function normalTableBytes(): usize {
  return NORMAL_TABLE_BYTES;
}

/** Bytes of scratch that drawing takes, for sequences too. */
export function drawScratchBytes(dim: u32): usize {
  return max(drawScratchVectors(dim), sequenceStateVectors(dim)) * ENTRY;
}

/** Prompts `firstPrompt` on of a key into `groups` records. */
export function drawGram64(
  law: usize,
  key: usize,
  firstPrompt: f64,
  groups: u32,
  records: usize,
  scratch: usize,
): void {
  drawGramPrompts<f64>(changetype<PromptLaw>(law), key, firstPrompt, groups, records, scratch);
}

export function drawGram32(
  law: usize,
  key: usize,
  firstPrompt: f64,
  groups: u32,
  records: usize,
  scratch: usize,
): void {
  drawGramPrompts<f32>(changetype<PromptLaw>(law), key, firstPrompt, groups, records, scratch);
}

/** Begins one group of sequences, which `drawPositions64` continues. */
export function startSequences64(law: usize, key: usize, firstPrompt: f64, state: usize): void {
  startSequences<f64>(changetype<PromptLaw>(law), key, firstPrompt, state);
}

export function startSequences32(law: usize, key: usize, firstPrompt: f64, state: usize): void {
  startSequences<f32>(changetype<PromptLaw>(law), key, firstPrompt, state);
}

/** `count` positions of the group, the first of them `firstPosition` ≥ 1. */
export function drawPositions64(
  law: usize,
  firstPosition: f64,
  count: u32,
  records: usize,
  state: usize,
): void {
  drawPositions<f64>(changetype<PromptLaw>(law), firstPosition, count, records, state);
}

export function drawPositions32(
  law: usize,
  firstPosition: f64,
  count: u32,
  records: usize,
  state: usize,
): void {
  drawPositions<f32>(changetype<PromptLaw>(law), firstPosition, count, records, state);
}
