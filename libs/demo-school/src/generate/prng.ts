/**
 * A pseudo-random generator that yields the same numbers everywhere for the same seed, which `Math.random` cannot.
 * It is sfc32 of the PractRand suite (Chris Doty-Humphrey): 128 bits of state, fast in 32-bit arithmetic.
 * Good for invented data; useless for secrets.
 */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any text; generators of different texts have nothing to do with each other */
  constructor(seed: string) {
    // FNV-1a spreads the text over the state; the first rounds mix it.
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.#a = hash | 0;
    this.#b = Math.imul(hash, 0x9e3779b1) | 0;
    this.#c = seed.length | 0;
    for (let round = 0; round < 15; round += 1) this.next();
  }

  /** The next 32 bits, as an integer from 0 to 2^32 - 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer from 0 up to but not including `end`; the bias of the remainder is below end / 2^32. */
  below(end: number): number {
    return this.next() % end;
  }

  /** An integer from `first` to `last`, both included. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.next() < (percent / 100) * 0x1_0000_0000;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  digits(count: number): string {
    let text = '';
    for (let index = 0; index < count; index += 1) text += String(this.below(10));
    return text;
  }
}
