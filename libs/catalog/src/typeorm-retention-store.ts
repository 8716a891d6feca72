import { isBackupId, pauseAfter, RetentionStore, type FailedDelete, type Pin } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';
import { checkedId } from './checked-id.js';
import { storableText } from './storable-text.js';

interface PinRow {
  readonly backup_id: string;
  readonly reason: string;
  readonly pinned_by: string | null;
  readonly pinned_at: Date;
}

interface FailedDeleteRow {
  readonly backup_id: string;
  readonly file: string;
  readonly attempts: number;
  readonly first_failed_at: Date;
  readonly last_failed_at: Date;
  readonly next_attempt_at: Date;
  readonly problem: string;
}

/**
 * A look that found damage, after which no other has found the backup whole. A drill that was asked for the newest backup says in
 * its error which one that was.
 */
const DAMAGED = `
  SELECT DISTINCT look."backup_id" FROM (
    SELECT coalesce("backup_id"::text, "error" -> 'context' ->> 'backupId') AS "backup_id", "finished_at" FROM "satchel"."job"
    WHERE "kind" IN ('verify', 'drill') AND "state" = 'failed' AND "error" ->> 'kind' = 'invalid_backup'
  ) AS look
  WHERE look."backup_id" IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM "satchel"."job" AS backup
      WHERE backup."job_id"::text = look."backup_id" AND backup."verified_at" > look."finished_at"
    )`;

/** The pause grows with the attempts, of which only the row knows how many there were. */
const FAIL = `
  INSERT INTO "satchel"."failed_delete" AS failed
    ("backup_id", "file", "attempts", "first_failed_at", "last_failed_at", "next_attempt_at", "problem")
  VALUES ($1, $2, 1, $4, $4, $4, $3)
  ON CONFLICT ("backup_id") DO UPDATE
  SET "file" = excluded."file", "attempts" = failed."attempts" + 1, "last_failed_at" = excluded."last_failed_at",
    "problem" = excluded."problem"
  RETURNING *`;

/** Keeps pins and failed deletes in the catalog. */
export class TypeormRetentionStore extends RetentionStore {
  constructor(private readonly database: CatalogDatabase) {
    super();
  }

  override async pins(): Promise<readonly Pin[]> {
    const { rows } = await this.database.query<PinRow>({
      text: `SELECT * FROM "satchel"."pin" ORDER BY "pinned_at" DESC, "backup_id"`,
    });
    return rows.map(row => ({
      backupId: row.backup_id,
      reason: row.reason,
      pinnedBy: row.pinned_by,
      pinnedAt: row.pinned_at,
    }));
  }

  override async pin({ backupId, reason, pinnedBy, pinnedAt }: Pin): Promise<void> {
    await this.database.query({
      text: `
        INSERT INTO "satchel"."pin" ("backup_id", "reason", "pinned_by", "pinned_at") VALUES ($1, $2, $3, $4)
        ON CONFLICT ("backup_id") DO UPDATE
        SET "reason" = excluded."reason", "pinned_by" = excluded."pinned_by", "pinned_at" = excluded."pinned_at"`,
      values: [
        checkedId('backupId', backupId),
        storableText(reason),
        pinnedBy === null ? null : storableText(pinnedBy),
        pinnedAt,
      ],
    });
  }

  override async unpin(backupId: string): Promise<boolean> {
    if (!isBackupId(backupId)) return false;
    const { rowCount } = await this.database.query({
      text: `DELETE FROM "satchel"."pin" WHERE "backup_id" = $1`,
      values: [backupId],
    });
    return rowCount === 1;
  }

  override async damaged(): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ backup_id: string }>({ text: DAMAGED });
    return rows.map(row => row.backup_id);
  }

  override async failedDeletes(): Promise<readonly FailedDelete[]> {
    const { rows } = await this.database.query<FailedDeleteRow>({
      text: `SELECT * FROM "satchel"."failed_delete" ORDER BY "first_failed_at", "backup_id"`,
    });
    return rows.map(failedDeleteOf);
  }

  override async noteFailedDelete(
    { backupId, file, problem }: Pick<FailedDelete, 'backupId' | 'file' | 'problem'>,
    at: Date,
  ): Promise<FailedDelete> {
    return await this.database.transaction(async client => {
      const values = [checkedId('backupId', backupId), storableText(file), storableText(problem), at];
      const { rows } = await client.query<FailedDeleteRow>(FAIL, values);
      const [row] = rows as [FailedDeleteRow];
      const nextAttemptAt = new Date(at.getTime() + pauseAfter(row.attempts));
      await client.query(
        `UPDATE "satchel"."failed_delete" SET "next_attempt_at" = $2 WHERE "backup_id" = $1`,
        [row.backup_id, nextAttemptAt],
      );
      return { ...failedDeleteOf(row), nextAttemptAt };
    });
  }

  override async forgetFailedDelete(backupId: string): Promise<void> {
    await this.database.query({
      text: `DELETE FROM "satchel"."failed_delete" WHERE "backup_id" = $1`,
      values: [checkedId('backupId', backupId)],
    });
  }
}

function failedDeleteOf(row: FailedDeleteRow): FailedDelete {
  return {
    backupId: row.backup_id,
    file: row.file,
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at,
    lastFailedAt: row.last_failed_at,
    nextAttemptAt: row.next_attempt_at,
    problem: row.problem,
  };
}
