/**
 * Table of the integer sequences seen so far, numbered in order of arrival.
 *
 * A circuit has millions of look-ups: open addressing over one pool of integers is several times
 * faster and leaner than a Map over strings.
 */
export class SequenceTable {
  #pool = new Int32Array(1 << 12);
  #poolLength = 0;
  #starts = new Int32Array(1 << 10);
  #slots = new Int32Array(1 << 11).fill(-1);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The number of the sequence members[0 … length−1]. */
  intern(members: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(members, 0, length) & mask;
    for (; this.#slots[slot]! >= 0; slot = (slot + 1) & mask) {
      if (this.#equals(this.#slots[slot]!, members, length)) return this.#slots[slot]!;
    }
    const id = this.#count++;
    this.#append(members, length);
    this.#slots[slot] = id;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    return id;
  }

  /** The sequence with number `id`; a view, not to be changed. */
  members(id: number): Int32Array {
    return this.#pool.subarray(this.#starts[id]!, this.#starts[id + 1]!);
  }

  #equals(id: number, members: Int32Array, length: number): boolean {
    const start = this.#starts[id]!;
    if (this.#starts[id + 1]! - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#pool[start + i] !== members[i]) return false;
    return true;
  }

  #append(members: Int32Array, length: number): void {
    if (this.#poolLength + length > this.#pool.length) this.#pool = doubled(this.#pool);
    for (let i = 0; i < length; i++) this.#pool[this.#poolLength++] = members[i]!;
    if (this.#count + 1 >= this.#starts.length) this.#starts = doubled(this.#starts);
    this.#starts[this.#count] = this.#poolLength;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#count; id++) {
      const start = this.#starts[id]!;
      let slot = hash(this.#pool, start, this.#starts[id + 1]! - start) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

/** Twice as long, with the same beginning. */
export function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

function hash(members: Int32Array, start: number, length: number): number {
  let value = length;
  for (let i = 0; i < length; i++) {
    value = Math.imul(value ^ members[start + i]!, 0x9e3779b1);
    value ^= value >>> 15;
  }
  return Math.imul(value, 0x85ebca6b) >>> 7;
}
