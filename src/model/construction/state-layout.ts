import type { LinearMap } from "../softmax/linear-map.js";

/** Consecutive entries of a state. */
export function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, k) => from + k);
}

/** The entries of the named slots of a state, one slot after another, and its width. */
export function stateLayout<Name extends string>(
  sizes: Readonly<Record<Name, number>>,
): { readonly slots: Readonly<Record<Name, readonly number[]>>; readonly width: number } {
  const slots = {} as Record<Name, readonly number[]>;
  let width = 0;
  for (const name of Object.keys(sizes) as Name[]) {
    slots[name] = range(width, sizes[name]);
    width += sizes[name];
  }
  return { slots, width };
}

/** The map that writes its inputs, in order, to the given entries of a state. */
export function placed(width: number, entries: readonly number[]): LinearMap {
  const rows = Array.from({ length: width }, (_, i): [number, number][] => {
    const input = entries.indexOf(i);
    return input < 0 ? [] : [[input, 1]];
  });
  return { inputs: entries.length, rows };
}
