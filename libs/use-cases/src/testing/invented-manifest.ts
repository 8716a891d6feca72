import type { Manifest } from '@satchel/domain';

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** A manifest of an archive of 7 bytes that has no rows. @param at the backup's moment, ISO 8601 */
export function inventedManifest(file: string, type: string, at: string, number: number): Manifest {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return {
    satchelManifest: 1,
    header: {
      satchel: 1,
      backup: { id, type, name: null, createdAt: at, createdBy: null, snapshot: null, product: 'test' },
      source: { server: 'PostgreSQL 18', database: 'school', encoding: 'UTF8', schemaDigest: DIGEST },
      relations: [],
    },
    footer: { parts: [], sequences: [], totals: { relations: 0, rows: 0 }, digest: DIGEST, signature: null },
    stored: { file, sizeBytes: 7, digest: DIGEST, compression: 'none', encryption: 'none' },
    startedAt: at,
    finishedAt: at,
    omitted: [],
  };
}
