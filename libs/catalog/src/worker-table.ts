import type { WorkerRecord } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';

/** A worker that has not been seen for this long is not listed. */
const SEEN_WITHIN = `interval '30 seconds'`;

/** One that has not been seen for this long is forgotten when another is noted: its process has died. */
const FORGOTTEN_AFTER = `interval '1 day'`;

interface WorkerRow {
  readonly worker_id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly concurrency: number;
  readonly started_at: Date;
  readonly seen_at: Date;
}

/** The processes that take jobs. Whether one is there is for the database's clock to say, not for that of each host. */
export class WorkerTable {
  constructor(private readonly database: CatalogDatabase) {}

  async note({ workerId, host, pid, version, concurrency, startedAt }: WorkerRecord): Promise<void> {
    await this.database.query({
      name: 'note worker',
      text: `
        WITH forgotten AS (
          DELETE FROM "satchel"."worker" WHERE "seen_at" < now() - ${FORGOTTEN_AFTER} AND "worker_id" <> $1
        )
        INSERT INTO "satchel"."worker"
          ("worker_id", "host", "pid", "version", "concurrency", "started_at", "seen_at")
        VALUES ($1, $2, $3, $4, $5, $6, now())
        ON CONFLICT ("worker_id") DO UPDATE
        SET "host" = excluded."host", "pid" = excluded."pid", "version" = excluded."version",
          "concurrency" = excluded."concurrency", "started_at" = excluded."started_at", "seen_at" = now()`,
      values: [workerId, host, pid, version, concurrency, startedAt],
    });
  }

  async forget(workerId: string): Promise<void> {
    await this.database.query({
      text: `DELETE FROM "satchel"."worker" WHERE "worker_id" = $1`,
      values: [workerId],
    });
  }

  /** Those that are there, longest first. */
  async list(): Promise<readonly WorkerRecord[]> {
    const { rows } = await this.database.query<WorkerRow>({
      name: 'list workers',
      text: `
        SELECT "worker_id", "host", "pid", "version", "concurrency", "started_at", "seen_at"
        FROM "satchel"."worker" WHERE "seen_at" > now() - ${SEEN_WITHIN} ORDER BY "started_at", "worker_id"`,
    });
    return rows.map(row => ({
      workerId: row.worker_id,
      host: row.host,
      pid: row.pid,
      version: row.version,
      concurrency: row.concurrency,
      startedAt: row.started_at,
      seenAt: row.seen_at,
    }));
  }
}
