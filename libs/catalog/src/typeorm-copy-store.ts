import { createHash } from 'node:crypto';
import {
  CopyStore,
  isBackupId,
  type BackupId,
  type Copy,
  type CopyFilter,
  type JobError,
} from '@satchel/domain';
import { bigintToNumber } from './bigint-to-number.js';
import type { CatalogDatabase } from './catalog-database.js';
import { checkedId } from './checked-id.js';
import { storableError, storableText } from './storable-text.js';

interface CopyRow {
  readonly backup_id: string;
  readonly destination: string;
  readonly file: string;
  readonly state: Copy['state'];
  readonly size_bytes: string;
  readonly digest: string;
  readonly destinations: readonly string[] | null;
  readonly stored_at: Date | null;
  readonly verified_at: Date | null;
  readonly attempts: number;
  readonly next_try_at: Date | null;
  readonly error: JobError | null;
}

const FIND = `
  SELECT "backup_id", "destination", "file", "state", "size_bytes", "digest", "stored_at", "verified_at", "attempts",
    "next_try_at", "error", "destinations"
  FROM "satchel"."copy"
  WHERE ($1::uuid[] IS NULL OR "backup_id" = ANY ($1))
    AND ($2::text IS NULL OR "destination" = $2)
    AND ($3::text[] IS NULL OR "state" = ANY ($3))
    AND ("state" <> 'removed' OR "next_try_at" IS NOT NULL)
  ORDER BY coalesce("verified_at", "stored_at", '-infinity'), "backup_id", "destination"`;

const SAVE = `
  INSERT INTO "satchel"."copy" AS old
    ("backup_id", "destination", "file", "state", "size_bytes", "digest", "stored_at", "verified_at", "attempts",
     "next_try_at", "error", "destinations")
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13)
  ON CONFLICT ("backup_id", "destination") DO UPDATE
  SET "file" = excluded."file", "state" = excluded."state", "size_bytes" = excluded."size_bytes",
    "digest" = excluded."digest", "stored_at" = excluded."stored_at", "verified_at" = excluded."verified_at",
    "attempts" = excluded."attempts", "next_try_at" = excluded."next_try_at", "error" = excluded."error",
    "destinations" = excluded."destinations"
  WHERE old."state" <> 'removed' OR excluded."state" = 'removed' OR $12`;

/** Keeps what is known of copies in the catalog's database. */
export class TypeormCopyStore extends CopyStore {
  constructor(private readonly database: CatalogDatabase) {
    super();
  }

  override async find(filter: CopyFilter = {}): Promise<readonly Copy[]> {
    const { rows } = await this.database.query<CopyRow>({
      name: 'find copies',
      text: FIND,
      // What is no id is nobody's.
      values: [
        filter.backupIds?.filter(isBackupId) ?? null,
        filter.destination ?? null,
        filter.states ?? null,
      ],
    });
    return rows.map(copyOf);
  }

  override async save(copy: Copy, { revive = false }: { readonly revive?: boolean } = {}): Promise<boolean> {
    const { rowCount } = await this.database.query({
      name: 'save copy',
      text: SAVE,
      values: [
        checkedId('backupId', copy.backupId),
        storableText(copy.destination),
        storableText(copy.file),
        copy.state,
        copy.sizeBytes,
        storableText(copy.digest),
        copy.storedAt,
        copy.verifiedAt,
        copy.attempts,
        copy.nextTryAt,
        copy.error && storableError(copy.error),
        revive,
        copy.destinations?.map(storableText) ?? null,
      ],
    });
    return rowCount === 1;
  }

  override async forget(backupId: BackupId, destination: string): Promise<void> {
    await this.database.query({
      text: `DELETE FROM "satchel"."copy" WHERE "backup_id" = $1 AND "destination" = $2 AND "state" <> 'removed'`,
      values: [checkedId('backupId', backupId), storableText(destination)],
    });
  }

  override async claim<T>(
    backupId: BackupId,
    destination: string,
    work: () => Promise<T>,
  ): Promise<T | null> {
    const key = lockKey(backupId, destination);
    const { lifeSigns } = this.database;
    if (!(await this.database.ask(() => lifeSigns.tryHold(key)))) return null;
    try {
      return await work();
    } finally {
      await lifeSigns.release(key);
    }
  }
}

function lockKey(backupId: BackupId, destination: string): string {
  return createHash('sha256')
    .update(`satchel copy ${backupId} ${destination}`)
    .digest()
    .readBigInt64BE(0)
    .toString();
}

function copyOf(row: CopyRow): Copy {
  return {
    backupId: row.backup_id,
    destination: row.destination,
    file: row.file,
    state: row.state,
    sizeBytes: bigintToNumber.from(row.size_bytes) as number,
    digest: row.digest,
    destinations: row.destinations,
    storedAt: row.stored_at,
    verifiedAt: row.verified_at,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    error: row.error,
  };
}
