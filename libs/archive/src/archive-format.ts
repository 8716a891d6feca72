import type { Compression, KeyRing, Relation } from '@satchel/domain';

/**
 * The lines of our own layout and the limits of every reader; `docs/archive-format.md` is the specification.
 * Each constant of a line is the exact text, its line feed included where the line is complete.
 */

/** The first line of each archive that we wrote, and the mark by which the fast reader knows its own. */
export const FIRST_LINE = '{"satchel":1,\n';

/** Between two rows of a part, two relations and two parts. */
export const SEPARATOR = ',\n';

/** The top-level members whose order is fixed; unknown ones may stand between them, `rows` is the only long one. */
export const TOP_LEVEL = [
  'satchel',
  'backup',
  'source',
  'schema',
  'relations',
  'rows',
  'sequences',
  'totals',
  'digest',
  'signature',
] as const;

/** How each digest begins: the algorithm, then 64 hexadecimal digits in lower case. */
export const DIGEST_PREFIX = 'sha256:';

/** Deepest nesting of arrays and objects in any document that is read. Our own need 6. */
export const MAX_DEPTH = 64;

/** Longest row, in bytes of its compact JSON. PostgreSQL could hold more; memory would have to hold it twice. */
export const MAX_ROW_BYTES = 256 * 1024 * 1024;

/** All that stands before the rows, in bytes; likewise all that stands after them. */
export const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/** Longest single line outside the rows, in bytes. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** Most relations in one archive. */
export const MAX_RELATIONS = 100_000;

/** Most columns of one relation; PostgreSQL allows 1600. */
export const MAX_COLUMNS = 1600;

/** Most parts in one archive. At 4 MB each that is 4 TB. */
export const MAX_PARTS = 1_000_000;

/** Most bytes of a manifest. */
export const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/** How large a batch of rows readers aim at, in bytes; one long row makes a batch of its own. */
export const BATCH_BYTES = 256 * 1024;

/** What every reader of a decompressed document is told. */
export interface ReadOptions {
  readonly keyRing: KeyRing;
  /** How the document was compressed before it got here; only handed on to `BackupReader.compression`. */
  readonly compression: Compression;
  readonly signal?: AbortSignal | undefined;
}

/** What the reader of old `dumpdata` files is told beside. */
export interface ReadLegacyOptions extends Omit<ReadOptions, 'keyRing'> {
  /** The live tables: old files do not say what their columns are. */
  readonly relations: readonly Relation[];
}

/**
 * A decompressed document that can be read more than once, from its start; a byte order mark is already gone.
 * `open` may be called again once the last stream has ended or been returned from.
 */
export interface UnpackedSource {
  /** For messages. */
  readonly name: string;
  open(): Promise<AsyncIterable<Uint8Array>>;
}
