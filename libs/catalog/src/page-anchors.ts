/** A row whose place in a list is known. */
export interface Anchor {
  /** From 0. */
  readonly position: number;
  /** The row's keys, as `keysColumn` gives them; null for one end of the list, whose row need not be known. */
  readonly keys: readonly string[] | null;
}

/** Where to read a page from. */
export interface Approach {
  readonly from: Anchor;
  /** Whether it is read against the list's order, from its last row on. */
  readonly backwards: boolean;
  /** Rows to pass over before the page. */
  readonly skip: number;
}

/**
 * Rows of one sorted list whose places are known because they have been read: the next page is read from the nearest,
 * instead of counting rows from the list's beginning. They are only as good as the list is unchanged, and thrown away with its
 * total.
 */
export class PageAnchors {
  /** By position, ascending. */
  readonly #anchors: Anchor[] = [];

  constructor(private readonly total: number) {}

  /** @param length rows of the page, at least 1, all within the list */
  approach(offset: number, length: number): Approach {
    const last = offset + length - 1;
    const before = this.#anchors[this.#after(offset) - 1] ?? { position: 0, keys: null };
    const behind = this.#anchors[this.#after(last - 1)] ?? { position: this.total - 1, keys: null };
    const [ahead, back] = [offset - before.position, behind.position - last];
    if (ahead <= back) return { from: before, backwards: false, skip: ahead };
    return { from: behind, backwards: true, skip: back };
  }

  /** @returns whether it is new */
  add(position: number, keys: readonly string[]): boolean {
    const index = this.#after(position);
    if (this.#anchors[index - 1]?.position === position) return false;
    this.#anchors.splice(index, 0, { position, keys });
    return true;
  }

  /** The index of the first anchor that lies behind a position. */
  #after(position: number): number {
    let [low, high] = [0, this.#anchors.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#anchors[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
