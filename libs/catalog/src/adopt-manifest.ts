import { BackupError, isBackupId, type Manifest } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { shortText } from './short-text.js';
import { storableText } from './storable-text.js';

/** What a manifest decides; the rest of a record is the catalog's own. */
const COLUMNS = [
  'scope_name',
  'name',
  'state',
  'location',
  'file',
  'requested_by',
  'started_at',
  'finished_at',
  'size_bytes',
  'rows',
  'digest',
] as const;

const NAMES = COLUMNS.map(column => `"${column}"`);

/**
 * One statement, so that of several processes which adopt the same manifest one adds and the others find it unchanged.
 * A file that is there again is not deleted; one with another digest has not been verified. A manifest whose id is that of
 * another kind of job, which no backup of ours has, changes nothing.
 */
const UPSERT = `
  INSERT INTO "satchel"."job" AS old ("job_id", "kind", "backup_id", "created_at", "attempt", ${NAMES.join(', ')})
  VALUES ($1, 'backup', $1, $${2 + COLUMNS.indexOf('started_at')}, 1, ${NAMES.map((_, index) => `$${index + 2}`).join(', ')})
  ON CONFLICT ("job_id") DO UPDATE
  SET ${NAMES.map(name => `${name} = excluded.${name}`).join(', ')},
    "verified_at" = CASE WHEN old."digest" IS NOT DISTINCT FROM excluded."digest" THEN old."verified_at" END,
    "deleted_at" = NULL,
    "error" = NULL,
    "lock_key" = NULL,
    "progress" = NULL
  WHERE old."kind" = 'backup' AND (${NAMES.map(name => `old.${name}`).join(', ')}, old."deleted_at", old."error", old."lock_key")
    IS DISTINCT FROM (${NAMES.map(name => `excluded.${name}`).join(', ')}, NULL, NULL, NULL)
  RETURNING (xmax = 0) AS added`;

/**
 * Records what a manifest says of a backup.
 *
 * @throws BackupError `invalid_backup` for a manifest whose id or dates are none
 */
export async function adoptManifest(
  database: CatalogDatabase,
  location: string,
  manifest: Manifest,
): Promise<'added' | 'updated' | 'unchanged'> {
  const { header, footer, stored } = manifest;
  const { id, type, name, createdBy } = header.backup;
  const startedAt = new Date(manifest.startedAt);
  const finishedAt = new Date(manifest.finishedAt);
  if (!isBackupId(id) || Number.isNaN(startedAt.getTime()) || Number.isNaN(finishedAt.getTime())) {
    throw new BackupError(
      'invalid_backup',
      `The manifest of ${stored.file} has no valid id, start or end. It is damaged, or was not written by Satchel.`,
      { file: stored.file },
    );
  }
  const values = [
    id,
    shortText(type),
    name === null ? null : storableText(name),
    'success',
    storableText(location),
    storableText(stored.file),
    createdBy === null ? null : shortText(createdBy),
    startedAt,
    finishedAt,
    stored.sizeBytes,
    footer.totals.rows,
    stored.digest,
  ];
  const { rows } = await database.query<{ added: boolean }>({ name: 'adopt', text: UPSERT, values });
  const [row] = rows;
  if (!row) return 'unchanged';
  database.ownJobs.noteChange();
  return row.added ? 'added' : 'updated';
}
