/** Reads bytes in order, never beyond their end. */
export class ByteCursor {
  #at = 0;

  /** @param refuseEnd  throws what a read beyond the end deserves */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly refuseEnd: () => never,
  ) {}

  byte(): number {
    return this.take(1)[0]!;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.#at) this.refuseEnd();
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  view(length: number): DataView {
    const bytes = this.take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  /** A length of so many little-endian bytes. */
  length(size: 4 | 8): number {
    const view = this.view(size);
    return size === 4 ? view.getUint32(0, true) : Number(view.getBigUint64(0, true));
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  /** Text up to the next newline, which is passed. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.refuseEnd();
    const text = this.text(end - this.#at);
    this.#at += 1;
    return text;
  }
}
