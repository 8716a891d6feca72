import { userNameKey, type AuditFilter } from '@satchel/domain';
import type { EntityManager } from 'typeorm';
import { pageOf } from '../page-of.js';
import { storableText } from '../storable-text.js';
import { AUDIT_COLUMNS, type AuditRow } from './audit-row.js';

/** What a filter asks of the columns that have an index each, and of numbers. */
interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * A page and how many there are, runs in a transaction that sees one moment. Numbers have no gaps and time never goes
 * back along them, so moments become numbers, and without another filter both total and page are arithmetic: no offset
 * is too far, and nothing is counted.
 */
export async function findEvents(
  manager: EntityManager,
  filter: AuditFilter,
): Promise<{ readonly total: number; readonly rows: readonly AuditRow[] }> {
  const { take, skip } = pageOf({ ...filter });
  const { first, last } = await numbersOf(manager, filter);
  if (last < first) return { total: 0, rows: [] };
  const condition = conditionOf(filter);
  if (condition === null) {
    const newest = last - skip;
    const rows = await manager.query<AuditRow[]>(
      `SELECT ${AUDIT_COLUMNS} FROM "satchel"."audit_event" AS e
       WHERE e."number" BETWEEN $1 AND $2 ORDER BY e."number" DESC LIMIT $3`,
      [first, newest, take],
    );
    return { total: last - first + 1, rows };
  }
  const parameters = [first, last, ...condition.parameters];
  const [counted] = await manager.query<{ total: number }[]>(
    `SELECT count(*)::int AS total FROM "satchel"."audit_event" AS e
     WHERE e."number" BETWEEN $1 AND $2 AND ${condition.sql}`,
    parameters,
  );
  // What is skipped is skipped in an index; rows are read of the page alone.
  const rows = await manager.query<AuditRow[]>(
    `SELECT ${AUDIT_COLUMNS} FROM "satchel"."audit_event" AS e
     WHERE e."number" IN (
       SELECT e."number" FROM "satchel"."audit_event" AS e
       WHERE e."number" BETWEEN $1 AND $2 AND ${condition.sql}
       ORDER BY e."number" DESC LIMIT ${take} OFFSET ${skip}
     )
     ORDER BY e."number" DESC`,
    parameters,
  );
  return { total: counted?.total ?? 0, rows };
}

/**
 * The next entries of a filter below a number, newest first.
 *
 * @param below null for the newest
 */
export async function eventsBelow(
  manager: EntityManager,
  filter: AuditFilter,
  below: string | null,
  count: number,
): Promise<readonly AuditRow[]> {
  const { first, last } = await numbersOf(manager, filter);
  const newest = below === null ? BigInt(last) : BigInt(below) - 1n;
  const condition = conditionOf(filter);
  return manager.query<AuditRow[]>(
    `SELECT ${AUDIT_COLUMNS} FROM "satchel"."audit_event" AS e
     WHERE e."number" BETWEEN $1 AND $2 ${condition ? `AND ${condition.sql}` : ''}
     ORDER BY e."number" DESC LIMIT ${count}`,
    [first, String(newest < BigInt(last) ? newest : BigInt(last)), ...(condition?.parameters ?? [])],
  );
}

/** The numbers of the entries from one moment (with it) to another (without it). */
async function numbersOf(
  manager: EntityManager,
  { from, to }: AuditFilter,
): Promise<{ readonly first: number; readonly last: number }> {
  const [row] = await manager.query<{ first: string | null; last: string | null }[]>(
    `SELECT
       (SELECT "number" FROM "satchel"."audit_event" WHERE $1::timestamptz IS NULL OR "at" >= $1
        ORDER BY ${from ? '"at", "number"' : '"number"'} LIMIT 1)::text AS first,
       (SELECT "number" FROM "satchel"."audit_event" WHERE $2::timestamptz IS NULL OR "at" < $2
        ORDER BY ${to ? '"at" DESC, "number" DESC' : '"number" DESC'} LIMIT 1)::text AS last`,
    [from ?? null, to ?? null],
  );
  return { first: Number(row?.first ?? 1), last: Number(row?.first === null ? 0 : (row?.last ?? 0)) };
}

/** Parameters begin at `$3`. @returns null if nothing is asked */
function conditionOf({ action, outcome, actor, subject }: AuditFilter): Condition | null {
  const asked: [column: string, value: string][] = [];
  if (action !== undefined) asked.push(['action', action]);
  if (outcome !== undefined) asked.push(['outcome', outcome]);
  if (actor !== undefined) asked.push(['actor_key', userNameKey(storableText(actor))]);
  if (subject !== undefined) asked.push(['subject', storableText(subject)]);
  if (asked.length === 0) return null;
  return {
    sql: asked.map(([column], index) => `e."${column}" = $${index + 3}`).join(' AND '),
    parameters: asked.map(([, value]) => value),
  };
}
