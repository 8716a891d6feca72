const INITIAL_BYTES = 16 * 1024;

/** Bytes that grow at the end, up to a limit that the owner moves along; its memory is used again after `clear`. */
export class ByteSink {
  #bytes: Uint8Array = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  #limit = 0;

  get length(): number {
    return this.#length;
  }

  /** Allows this many bytes on top of those that are there. */
  allow(moreBytes: number): void {
    this.#limit = this.#length + moreBytes;
  }

  clear(): void {
    this.#length = 0;
  }

  /** @returns false, with nothing appended, if that would be over the limit */
  append(source: Uint8Array, from: number, to: number): boolean {
    const added = to - from;
    if (this.#length + added > this.#limit) return false;
    this.#reserve(added);
    // Most runs in an indented document are short, and `set` costs more than the copy itself.
    if (added < 48) {
      const bytes = this.#bytes;
      let at = this.#length;
      for (let index = from; index < to; index++) bytes[at++] = source[index] as number;
    } else {
      this.#bytes.set(source.subarray(from, to), this.#length);
    }
    this.#length += added;
    return true;
  }

  /** @returns false, with nothing appended, if that would be over the limit */
  push(byte: number): boolean {
    if (this.#length >= this.#limit) return false;
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
    return true;
  }

  /** Puts other bytes, of about the same number, in the place of those from `start` on. */
  replace(start: number, bytes: Uint8Array): void {
    this.#length = start;
    this.allow(bytes.length);
    this.append(bytes, 0, bytes.length);
  }

  byteAt(index: number): number {
    return this.#bytes[index] as number;
  }

  /** The bytes as they are now; valid until the sink is written to or cleared. */
  view(from = 0, to = this.#length): Uint8Array {
    return this.#bytes.subarray(from, to);
  }

  /** A copy that belongs to the receiver. */
  copy(from = 0, to = this.#length): Uint8Array {
    return this.#bytes.slice(from, to);
  }

  #reserve(added: number): void {
    const needed = this.#length + added;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
