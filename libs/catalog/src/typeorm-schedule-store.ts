import {
  BackupError,
  isBackupId,
  ScheduleStore,
  type Compression,
  type Firing,
  type Schedule,
  type ScheduleChange,
  type Timetable,
} from '@satchel/domain';
import type { PoolClient } from 'pg';
import { insertJob } from './add-job.js';
import type { CatalogDatabase } from './catalog-database.js';
import { isDuplicate } from './catalog-error.js';
import { checkedId } from './checked-id.js';
import { storableText } from './storable-text.js';

interface ScheduleRow {
  readonly schedule_id: string;
  readonly name: string;
  readonly scope_name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly compression: Compression;
  readonly destinations: readonly string[] | null;
  readonly paused: boolean;
  readonly next_run_at: Date | null;
  readonly last_run_at: Date | null;
  readonly last_job_id: string | null;
  readonly created_by: string | null;
  readonly created_at: Date;
}

const COLUMNS = `"schedule_id", "name", "scope_name", "cron", "time_zone", "compression", "paused", "next_run_at",
  "last_run_at", "last_job_id", "created_by", "created_at", "destinations"`;

const INSERT = `
  INSERT INTO "satchel"."schedule" (${COLUMNS}, "name_key")
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

/** A pause has no next time, whatever was given. */
const CHANGE = `
  UPDATE "satchel"."schedule"
  SET "name" = coalesce($2, "name"), "name_key" = coalesce($3, "name_key"), "scope_name" = coalesce($4, "scope_name"),
    "cron" = coalesce($5, "cron"), "time_zone" = coalesce($6, "time_zone"), "compression" = coalesce($7, "compression"),
    "paused" = coalesce($8, "paused"),
    "destinations" = CASE WHEN $11 THEN $12::text[] ELSE "destinations" END,
    "next_run_at" = CASE WHEN coalesce($8, "paused") THEN NULL WHEN $9 THEN $10::timestamptz ELSE "next_run_at" END
  WHERE "schedule_id" = $1
  RETURNING ${COLUMNS}`;

/** Passed over where another process has it in hand; it comes once more, and is no longer due, when that one is done. */
const DUE = `
  SELECT ${COLUMNS} FROM "satchel"."schedule"
  WHERE "next_run_at" <= $1 AND NOT "paused" AND NOT ("schedule_id" = ANY ($2::uuid[]))
  ORDER BY "next_run_at", "schedule_id" LIMIT 1
  FOR UPDATE SKIP LOCKED`;

/** Keeps schedules in the catalog, beside the jobs that they add. */
export class TypeormScheduleStore extends ScheduleStore {
  constructor(private readonly database: CatalogDatabase) {
    super();
  }

  override async list(): Promise<readonly Schedule[]> {
    const { rows } = await this.database.query<ScheduleRow>({
      text: `SELECT ${COLUMNS} FROM "satchel"."schedule" ORDER BY "name_key" COLLATE "C"`,
    });
    return rows.map(scheduleOf);
  }

  override async get(named: string): Promise<Schedule | null> {
    const { rows } = await this.database.query<ScheduleRow>({
      text: `SELECT ${COLUMNS} FROM "satchel"."schedule" WHERE "schedule_id" = $1 OR "name_key" = $2
        ORDER BY "schedule_id" = $1 DESC NULLS LAST LIMIT 1`,
      values: [isBackupId(named.toLowerCase()) ? named.toLowerCase() : null, nameKey(named)],
    });
    return rows[0] === undefined ? null : scheduleOf(rows[0]);
  }

  override async add(schedule: Schedule): Promise<void> {
    checkedId('scheduleId', schedule.scheduleId);
    await refusingDuplicates(schedule.name, () =>
      this.database.query({
        text: INSERT,
        values: [
          schedule.scheduleId,
          storableText(schedule.name),
          schedule.scopeName,
          schedule.cron,
          schedule.timeZone,
          schedule.compression,
          schedule.paused,
          schedule.paused ? null : schedule.nextRunAt,
          schedule.lastRunAt,
          schedule.lastJobId,
          schedule.createdBy === null ? null : storableText(schedule.createdBy),
          schedule.createdAt,
          schedule.destinations?.map(storableText) ?? null,
          nameKey(schedule.name),
        ],
      }),
    );
  }

  override async change(scheduleId: string, change: ScheduleChange): Promise<Schedule> {
    checkedId('scheduleId', scheduleId);
    const { name, scopeName, cron, timeZone, compression, destinations, paused, nextRunAt } = change;
    const { rows } = await refusingDuplicates(name ?? '', () =>
      this.database.query<ScheduleRow>({
        text: CHANGE,
        values: [
          scheduleId,
          name === undefined ? null : storableText(name),
          name === undefined ? null : nameKey(name),
          scopeName ?? null,
          cron ?? null,
          timeZone ?? null,
          compression ?? null,
          paused ?? null,
          nextRunAt !== undefined,
          nextRunAt ?? null,
          destinations !== undefined,
          destinations?.map(storableText) ?? null,
        ],
      }),
    );
    const [row] = rows;
    if (row) return scheduleOf(row);
    throw new BackupError('not_found', `There is no schedule ${scheduleId}.`, { scheduleId });
  }

  override async remove(scheduleId: string): Promise<boolean> {
    if (!isBackupId(scheduleId)) return false;
    const { rowCount } = await this.database.query({
      text: `DELETE FROM "satchel"."schedule" WHERE "schedule_id" = $1`,
      values: [scheduleId],
    });
    return rowCount === 1;
  }

  override async noteRun(scheduleId: string, jobId: string, at: Date): Promise<void> {
    await this.database.query({
      text: `UPDATE "satchel"."schedule" SET "last_run_at" = $3, "last_job_id" = $2 WHERE "schedule_id" = $1`,
      values: [checkedId('scheduleId', scheduleId), checkedId('jobId', jobId), at],
    });
  }

  override async fireNext(
    now: Date,
    fire: (schedule: Schedule) => Firing,
    except: readonly string[] = [],
  ): Promise<Schedule | null> {
    const fired = await this.database.transaction(async client => {
      const { rows } = await client.query<ScheduleRow>(DUE, [now, except]);
      const [row] = rows;
      if (row === undefined) return null;
      const schedule = scheduleOf(row);
      const { jobs, nextRunAt } = fire(schedule);
      await insertJobs(client, jobs);
      await client.query(
        `UPDATE "satchel"."schedule"
         SET "next_run_at" = $2, "last_run_at" = $3, "last_job_id" = coalesce($4, "last_job_id") WHERE "schedule_id" = $1`,
        [schedule.scheduleId, nextRunAt, now, jobs[0]?.jobId ?? null],
      );
      return schedule;
    });
    if (fired) this.database.ownJobs.noteChange();
    return fired;
  }

  override async fireTimetable(
    { name, expression }: Timetable,
    now: Date,
    first: Date | null,
    fire: (dueAt: Date) => Firing,
  ): Promise<boolean> {
    const fired = await this.database.transaction(async client => {
      await client.query(
        `INSERT INTO "satchel"."timetable" ("name", "expression", "next_run_at") VALUES ($1, $2, $3)
         ON CONFLICT ("name") DO UPDATE SET "expression" = excluded."expression", "next_run_at" = excluded."next_run_at"
         WHERE "timetable"."expression" <> excluded."expression"`,
        [name, expression, first],
      );
      const { rows } = await client.query<{ next_run_at: Date }>(
        `SELECT "next_run_at" FROM "satchel"."timetable" WHERE "name" = $1 AND "next_run_at" <= $2 FOR UPDATE SKIP LOCKED`,
        [name, now],
      );
      const [row] = rows;
      if (row === undefined) return false;
      const { jobs, nextRunAt } = fire(row.next_run_at);
      await insertJobs(client, jobs);
      await client.query(
        `UPDATE "satchel"."timetable" SET "next_run_at" = $2, "last_run_at" = $3 WHERE "name" = $1`,
        [name, nextRunAt, now],
      );
      return true;
    });
    if (fired) this.database.ownJobs.noteChange();
    return fired;
  }

  override async nextOf(timetableName: string): Promise<Date | null> {
    const { rows } = await this.database.query<{ next_run_at: Date | null }>({
      text: `SELECT "next_run_at" FROM "satchel"."timetable" WHERE "name" = $1`,
      values: [timetableName],
    });
    return rows[0]?.next_run_at ?? null;
  }
}

async function insertJobs(client: PoolClient, jobs: Firing['jobs']): Promise<void> {
  for (const job of jobs) await insertJob(client, job);
}

async function refusingDuplicates<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new BackupError(
      'conflict',
      `There is a schedule ${JSON.stringify(name)} already. Give this one another name.`,
      { parameter: 'name', value: name },
      { cause: error },
    );
  }
}

/** Names are compared by their key, which does not depend on the database's collation. */
function nameKey(name: string): string {
  return storableText(name.trim()).normalize('NFC').toLowerCase();
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    scheduleId: row.schedule_id,
    name: row.name,
    scopeName: row.scope_name,
    cron: row.cron,
    timeZone: row.time_zone,
    compression: row.compression,
    destinations: row.destinations,
    paused: row.paused,
    nextRunAt: row.next_run_at,
    lastRunAt: row.last_run_at,
    lastJobId: row.last_job_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
