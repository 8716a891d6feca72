import type { Relation, RelationRole, RowBatch, SequenceState } from '../relation/relation.js';
import type { DatabaseDefinition } from './definition.js';
import type { BackupId } from './backup-id.js';

/** The major version of the archive format that is written, and the newest that is read. */
export const ARCHIVE_VERSION = 1;

export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;

export type Compression = (typeof COMPRESSIONS)[number];

export interface BackupHeader {
  readonly id: BackupId;
  /** The scope's name: `full`, `students`, …; `safety` for the rows that a restore was about to change. */
  readonly type: string;
  readonly name: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly createdBy: string | null;
  /** PostgreSQL's exported snapshot, where there was one. */
  readonly snapshot: string | null;
  /** Product and version that wrote the archive. */
  readonly product: string;
  /** Only in safety backups. */
  readonly safety?: SafetyHeader;
}

/** What `undo` needs to know about the restore that a safety backup was made for. */
export interface SafetyHeader {
  readonly restoreId: string;
  /** The restore's transaction (`xid8` as text): a row with another `xmin` has been edited since. */
  readonly transactionId: string;
}

export interface SourceHeader {
  readonly server: string;
  readonly database: string;
  readonly encoding: string;
  /** `sha256:` over the relations' names, columns and types: two equal digests mean the same tables. */
  readonly schemaDigest: string;
}

/** All that stands before the rows. */
export interface ArchiveHeader {
  readonly satchel: number;
  readonly backup: BackupHeader;
  readonly source: SourceHeader;
  /** The database's definition, where the archive has it: the member `schema`. Never in a manifest. */
  readonly definition?: DatabaseDefinition;
  readonly relations: readonly Relation[];
}

export interface PartSummary {
  /** Index into the header's relations. */
  readonly relation: number;
  readonly count: number;
  /** `sha256:` over the part's rows, each as compact JSON and a line feed. */
  readonly digest: string;
}

export interface Signature {
  readonly keyId: string;
  readonly algorithm: 'hmac-sha256';
  readonly value: string;
}

/** All that stands after the rows, with the parts' counts and digests gathered. */
export interface ArchiveFooter {
  readonly parts: readonly PartSummary[];
  readonly sequences: readonly SequenceState[];
  readonly totals: { readonly relations: number; readonly rows: number };
  readonly digest: string;
  readonly signature: Signature | null;
}

/**
 * What the signature says about where a file is from.
 * - `ours`: signed by a key of this installation, and unchanged.
 * - `altered`: signed by such a key, but header or rows differ from what was signed.
 * - `relaid`: signed by such a key; the bytes differ, the content does not (another layout).
 * - `foreign`: signed by no key that this installation has, or not signed.
 */
export type Origin = 'ours' | 'altered' | 'relaid' | 'foreign';

/** One contiguous run of a relation's rows. It must be read to its end before the next part is asked for. */
export interface BackupPart {
  readonly relation: number;
  readonly rows: AsyncIterable<RowBatch>;
}

/**
 * A backup that is being read, whichever format it has. Memory does not grow with its size.
 *
 * `parts()` checks as it goes: it throws `invalid_backup` at the first damage it sees, at the latest when it ends.
 * Who acts on rows before that must be able to take the act back.
 */
export interface BackupReader {
  readonly format: 'satchel' | 'legacy';
  readonly compression: Compression;
  readonly header: ArchiveHeader;
  parts(): AsyncIterable<BackupPart>;
  /** What stood after the rows and how it checked out; only once `parts()` has ended. */
  result(): { readonly footer: ArchiveFooter; readonly origin: Origin };
  close(): Promise<void>;
}

export interface RelationTotal {
  readonly schema: string;
  readonly name: string;
  readonly role: RelationRole;
  readonly rows: number;
}

/** Sums the parts of each relation, in the header's order; relations without a part have zero rows. */
export function totalByRelation(
  relations: readonly Relation[],
  parts: readonly PartSummary[],
): RelationTotal[] {
  const rows = relations.map(() => 0);
  for (const part of parts) rows[part.relation] = (rows[part.relation] ?? 0) + part.count;
  return relations.map((relation, index) => ({
    schema: relation.schema,
    name: relation.name,
    role: relation.role,
    rows: rows[index] ?? 0,
  }));
}
