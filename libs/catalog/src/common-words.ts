import type { CatalogDatabase } from './catalog-database.js';
import type { SearchTerm } from './job-search.js';

/** How old the server's statistics may be here, in milliseconds; words become common over months. */
const MAX_AGE_MS = 60_000;

/** Rows that are looked at one by one sooner than they are narrowed down by one more word. */
const FEW_ROWS = 500;

/** A word that more than this part of all rows have narrows down little, and its list is long. */
const TOO_COMMON = 0.5;

interface Statistics {
  readonly rows: number;
  /** Words that many rows have, with the part of all rows that do. */
  readonly words: readonly (readonly [word: string, part: number])[];
}

/**
 * Knows which words are common, from what the server has counted when it analysed the table. An index of words reads the
 * whole list of each word that it is asked for, and half of all file names have the same ones: so it is asked for the rarest
 * only, and the rows that it names are looked at.
 */
export class CommonWords {
  #statistics: Promise<Statistics> | undefined;
  #readAt = -Infinity;

  constructor(private readonly database: CatalogDatabase) {}

  /** The terms to ask the index for, at least one; the rest is for looking at each row. */
  async rarest(terms: readonly SearchTerm[]): Promise<readonly SearchTerm[]> {
    if (terms.length <= 1) return terms;
    const { rows, words } = await this.#read();
    const partOf = (word: string): number => {
      const lower = word.toLowerCase();
      return words.reduce((sum, [common, part]) => (common.startsWith(lower) ? sum + part : sum), 0);
    };
    const ranked = terms
      .map(term => ({ term, part: Math.min(1, ...term.words.map(partOf)), length: term.query.length }))
      .sort((a, b) => a.part - b.part || b.length - a.length);
    const chosen: SearchTerm[] = [];
    let expected = rows;
    for (const { term, part } of ranked) {
      if (chosen.length > 0 && (expected <= FEW_ROWS || part > TOO_COMMON)) break;
      chosen.push(term);
      expected *= part;
    }
    return chosen;
  }

  async #read(): Promise<Statistics> {
    if (this.#statistics === undefined || performance.now() - this.#readAt > MAX_AGE_MS) {
      this.#readAt = performance.now();
      this.#statistics = this.#ask().catch((error: unknown) => {
        this.#readAt = -Infinity;
        throw error;
      });
    }
    return this.#statistics;
  }

  async #ask(): Promise<Statistics> {
    const { rows } = await this.database.query<{ rows: number; words: string[]; parts: number[] }>({
      text: `
        SELECT greatest(reltuples, 0)::float8 AS rows, coalesce(most_common_elems::text::text[], '{}') AS words,
          coalesce(most_common_elem_freqs::float8[], '{}') AS parts
        FROM pg_catalog.pg_class
          LEFT JOIN pg_catalog.pg_stats ON schemaname = 'satchel' AND tablename = 'job' AND attname = 'search'
        WHERE pg_class.oid = '"satchel"."job"'::regclass`,
    });
    const [found] = rows;
    const parts = found?.parts ?? [];
    return {
      rows: found?.rows ?? 0,
      words: (found?.words ?? []).map((word, index) => [word, parts[index] ?? 0] as const),
    };
  }
}
