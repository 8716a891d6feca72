/** Names given out at most: each connection keeps a plan for each. What is asked beyond that is planned every time. */
const MAX_NAMES = 200;

/**
 * Names statements that are made up of parts, the same text by the same name, so that each connection parses and plans
 * the usual ones once.
 */
export class PreparedNames {
  readonly #names = new Map<string, string>();

  /** @returns an object to spread into a statement; empty if there are too many already */
  of(text: string): { readonly name?: string } {
    const known = this.#names.get(text);
    if (known !== undefined) return { name: known };
    if (this.#names.size >= MAX_NAMES) return {};
    const name = `made up ${this.#names.size + 1}`;
    this.#names.set(text, name);
    return { name };
  }
}
