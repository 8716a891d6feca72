import { schemaDigest, type Relation, type SourceSession } from '@satchel/domain';

export const PUPILS: Relation = {
  schema: 'public',
  name: 'pupil',
  role: 'content',
  columns: [{ name: 'id', type: 'integer' }],
  key: ['id'],
  references: [],
};

/** Rows of `pupilsSession`. */
export const PUPIL_ROWS = 3;

/** A database of three pupils, in one slice, as a backup reads it. @param differing what a test has otherwise */
export function pupilsSession(differing: Partial<SourceSession> = {}): SourceSession {
  return sessionOf(PUPILS, {
    slices: () => Promise.resolve([{ relation: 0, estimatedRows: PUPIL_ROWS, estimatedBytes: 12 }]),
    async *copyOut() {
      yield await Promise.resolve({ bytes: Buffer.from('[1]\n[2]\n[3]\n'), rows: PUPIL_ROWS });
    },
    ...differing,
  });
}

/** A database of one table. @param rows how they are read, and what else a test has otherwise */
export function sessionOf(
  relation: Relation,
  rows: Pick<SourceSession, 'slices' | 'copyOut'> & Partial<SourceSession>,
): SourceSession {
  return {
    snapshotId: null,
    source: {
      server: 'PostgreSQL',
      database: 'school',
      encoding: 'UTF8',
      schemaDigest: schemaDigest([relation]),
    },
    relations: [relation],
    omitted: [],
    jobs: 1,
    sequences: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    ...rows,
  };
}
