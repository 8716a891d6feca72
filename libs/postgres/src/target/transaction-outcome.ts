import { setTimeout as pause } from 'node:timers/promises';
import { BackupError } from '@satchel/domain';
import { connect, type ConnectionSettings } from '../connection/index.js';

/** A server that crashed is back within seconds, or not soon. */
const ATTEMPTS = 10;
const PAUSE_MS = 1_000;

/**
 * Asks the server what became of a transaction whose connection was lost.
 *
 * @param transactionId `xid8` as text
 */
export async function readOutcome(
  settings: ConnectionSettings,
  transactionId: string,
): Promise<'committed' | 'aborted' | 'unknown'> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(PAUSE_MS);
    const client = await connect(settings, { applicationName: 'satchel restore' }).catch(() => null);
    try {
      const found = await client?.query<{ status: string | null }>(
        'SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8) AS status',
        [transactionId],
      );
      const status = found?.rows[0]?.status;
      if (status === 'committed' || status === 'aborted') return status;
    } catch {
      // Lost again: the next attempt may have more luck.
    } finally {
      await client?.end().catch(() => undefined);
    }
  }
  return 'unknown';
}

/** Neither done nor not done can be said; whoever keeps a safety backup must go on keeping it. */
export function lostCommit(cause: unknown): BackupError {
  return new BackupError(
    'unavailable',
    'The connection was lost while the restore was being committed, and the server cannot be asked whether it was. ' +
      'Once the server is back, run the same restore with --dry-run: if nothing would change, it was done.',
    { outcome: 'unknown' },
    { cause },
  );
}
