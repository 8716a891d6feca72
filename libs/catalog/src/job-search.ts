import { storableText } from './storable-text.js';

/** ASCII's punctuation, spaces and control characters: what the table's column `search` is split at too. */
const BETWEEN_WORDS = /[\u0001-/:-@[-`{-\u007f]+/;

/** Longest part of a typed word that is looked for, in characters; no longer word is kept (see the table). */
const MAX_WORD = 500;

/** The beginning of an id as it is written, with at least one of its hyphens. */
const PART_OF_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){0,3}-[0-9a-f]{0,12}$/i;

/** A part of what a person typed, all parts of which must be found. */
export interface SearchTerm {
  /** The words that it consists of, as they were typed. */
  readonly words: readonly string[];
  /** PostgreSQL's `tsquery` for it, before it is put in lower case. */
  readonly query: string;
}

/**
 * Divides what a person typed into words; each must be the beginning of a word of the job. Their `tsquery` is made whole
 * here instead of by `to_tsquery`, whose parser would drop or divide what it takes for marks. Words hold no character that
 * means something in a `tsquery`.
 *
 * @returns empty if there is no word in it, so that everything is found
 */
export function searchTerms(typed: string): readonly SearchTerm[] {
  return storableText(typed)
    .split(/[\u0001-\u0020]+/)
    .flatMap(chunk => {
      const words = chunk.split(BETWEEN_WORDS).filter(word => word !== '');
      const terms = words.map(word => ({ words: [word], query: beginning(word) }));
      if (!PART_OF_ID.test(chunk)) return terms;
      // Ids are kept as one word, but a date in a file's name may look like the beginning of one.
      return [{ words, query: `(${beginning(chunk.replaceAll('-', ''))} | ${allOf(terms)})` }];
    });
}

export function allOf(terms: readonly SearchTerm[]): string {
  return terms.map(({ query }) => query).join(' & ');
}

function beginning(word: string): string {
  return `'${[...word].slice(0, MAX_WORD).join('')}':*`;
}
