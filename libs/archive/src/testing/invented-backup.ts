import {
  KeyRing,
  schemaDigest,
  Secret,
  type BackupHeader,
  type BackupReader,
  type Relation,
  type RowBatch,
  type SequenceState,
  type SigningKey,
  type Slice,
} from '@satchel/domain';
import { writeArchive, type ArchivedSession } from '../write-archive.js';

/** A key ring in memory; the same key id always has the same secret. */
export class InventedKeyRing extends KeyRing {
  readonly #keyIds: readonly string[];

  constructor(...keyIds: string[]) {
    super();
    this.#keyIds = keyIds;
  }

  override current(): Promise<SigningKey> {
    return Promise.resolve(keyNamed(this.#keyIds[0] ?? 'key-1'));
  }

  override byId(keyId: string): Promise<SigningKey | null> {
    return Promise.resolve(this.#keyIds.includes(keyId) ? keyNamed(keyId) : null);
  }
}

function keyNamed(keyId: string): SigningKey {
  return { keyId, secret: new Secret(Buffer.from(`the invented secret of ${keyId}`)) };
}

export const OUR_KEYS = new InventedKeyRing('key-1');

export const INVENTED_BACKUP: BackupHeader = {
  id: '6f1c1b0e-8a53-4c1e-9d38-2f1f0c7e4a11',
  type: 'students',
  name: 'Before the trip',
  createdAt: '2026-01-31T12:00:00.000Z',
  createdBy: 'head.office',
  snapshot: '00000003-0000001B-1',
  product: 'Satchel 1.0.0',
};

export function relationNamed(name: string, columns: number): Relation {
  return {
    schema: 'public',
    name,
    role: 'content',
    columns: Array.from({ length: columns }, (_, index) => ({ name: `column_${index}`, type: 'text' })),
    key: columns === 0 ? null : ['column_0'],
    references: [],
  };
}

/** Rows of one slice, in batches, each row a compact JSON array without its line feed. */
export interface InventedSlice {
  readonly relation: number;
  readonly batches: readonly (readonly string[])[];
}

export function inventedSession(
  relations: readonly Relation[],
  slices: readonly InventedSlice[],
  sequences: readonly SequenceState[] = [],
): ArchivedSession {
  const made = slices.map((slice): Slice & { readonly from: InventedSlice } => ({
    relation: slice.relation,
    estimatedRows: 0,
    estimatedBytes: 0,
    from: slice,
  }));
  return {
    relations,
    source: {
      server: 'PostgreSQL 18.4',
      database: 'school',
      encoding: 'UTF8',
      schemaDigest: schemaDigest(relations),
    },
    slices: () => Promise.resolve(made),
    sequences: () => Promise.resolve(sequences),
    async *copyOut(slice) {
      const found = made.find(candidate => candidate === slice);
      for (const rows of found?.from.batches ?? []) {
        await Promise.resolve();
        yield batchOf(rows);
      }
    },
  };
}

export function batchOf(rows: readonly string[]): RowBatch {
  return { bytes: Buffer.from(rows.map(row => `${row}\n`).join('')), rows: rows.length };
}

/** Writes a whole archive into memory. */
export async function archiveOf(
  session: ArchivedSession,
  options: { jobs?: number; keyRing?: KeyRing; backup?: BackupHeader } = {},
): Promise<Buffer> {
  const { jobs = 1, keyRing = OUR_KEYS, backup = INVENTED_BACKUP } = options;
  return gather(writeArchive(session, { backup, jobs, keyRing }));
}

export async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

/** Cuts bytes into chunks; each is a copy, so that a reader that looks beyond its chunk is found out. */
export async function* inChunks(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield Uint8Array.from(bytes.subarray(at, at + size));
  }
}

/** Cuts bytes into chunks that are overwritten once the next is asked for, so that a reader that needs one longer is found out. */
export async function* inLentChunks(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    yield chunk;
    chunk.fill(0);
  }
}

/** Reads all of a backup: rows as lines, by relation. */
export async function readRows(reader: BackupReader): Promise<string[][]> {
  const lines: string[][] = reader.header.relations.map(() => []);
  for await (const part of reader.parts()) {
    for await (const batch of part.rows) {
      const text = Buffer.from(batch.bytes).toString();
      const rows = text.split('\n').slice(0, -1);
      if (rows.length !== batch.rows) throw new Error('a batch counts its rows wrongly');
      lines[part.relation]?.push(...rows);
    }
  }
  return lines;
}
