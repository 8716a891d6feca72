import type { Client } from 'pg';
import type { RowBatch } from '@satchel/domain';
import { connect, sqlState, type ConnectionSettings } from '../connection/index.js';
import { quoteLiteral } from '../quote-identifier.js';
import { copyOut } from '../source/copy-out.js';
import { rowFormat } from '../source/row-format.js';
import type { TableRestore } from './table-restore.js';

/** How live rows can be read beside a restore. */
export interface LiveRowsOptions {
  readonly settings: ConnectionSettings;
  /** The snapshot that a dry run reads under; a restore holds a lock that keeps the rows as they are. */
  readonly snapshotId: string | null;
  readonly signal: AbortSignal | undefined;
}

/** SQLSTATEs that leave a restore to go the slower way: the table is locked, no connection is free, or not allowed. */
const DO_WITHOUT = new Set(['55P03', '53300', '42501']);

/**
 * A table's live rows on a connection of their own, as lines of an archive with the columns of the file: so that rows
 * that are equal are equal bytes.
 */
export class LiveRows {
  private constructor(
    private readonly client: Client,
    private readonly table: TableRestore,
    private readonly stop: AbortController,
  ) {}

  /** @returns null where the rows cannot be read now without waiting */
  static async open(
    table: TableRestore,
    { settings, snapshotId, signal }: LiveRowsOptions,
  ): Promise<LiveRows | null> {
    const stop = new AbortController();
    let client: Client | null = null;
    try {
      client = await connect(settings, { applicationName: 'satchel restore', signal, readOnly: true });
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      if (snapshotId !== null) await client.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshotId)}`);
      // From the first block to the last, as backups read: a scan that joins another half way would be out of step.
      await client.query('SET LOCAL synchronize_seqscans = off');
      await client.query(`LOCK TABLE ${table.from} IN ACCESS SHARE MODE NOWAIT`);
    } catch (error) {
      await client?.end().catch(() => undefined);
      const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (DO_WITHOUT.has(sqlState(error) ?? String(Reflect.get(Object(cause), 'code')))) return null;
      throw error;
    }
    signal?.addEventListener('abort', () => stop.abort(), { once: true });
    return new LiveRows(client, table, stop);
  }

  [Symbol.asyncIterator](): AsyncIterator<RowBatch> {
    return copyOut(this.client, {
      sql: `COPY (SELECT ${this.table.columnList()} FROM ${this.table.from}) TO STDOUT`,
      format: rowFormat(this.table.columns),
      signal: this.stop.signal,
    })[Symbol.asyncIterator]();
  }

  /** Ends the connection, and with it the lock. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.client.end().catch(() => undefined);
  }
}
