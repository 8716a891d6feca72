import type pg from 'pg';
import { BackupError, throwIfCancelled } from '@satchel/domain';
import { fromPostgresError, sqlState } from '../connection/index.js';
import type { DefinitionStatement } from './read-definition.js';

/**
 * Runs the statements of a definition in one transaction. Which needs which is not worked out: one that fails is tried again
 * after the others, for as long as any of them gets further.
 *
 * @returns what could not be made, and no row needs
 * @throws  BackupError `unsupported` naming the first that rows do need
 */
export async function makeDefinition(
  client: pg.ClientBase,
  statements: readonly DefinitionStatement[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  await client.query('BEGIN');
  // Bodies of functions may speak of tables that come later.
  await client.query('SET LOCAL check_function_bodies = off');
  let pending = statements;
  let failures = new Map<DefinitionStatement, unknown>();
  while (pending.length > 0) {
    failures = new Map();
    for (const statement of pending) {
      throwIfCancelled(signal);
      await client.query('SAVEPOINT statement');
      try {
        await client.query(statement.sql);
        await client.query('RELEASE SAVEPOINT statement');
      } catch (error) {
        // Without a state it is the connection that failed.
        if (sqlState(error) === null) throw fromPostgresError(error, { signal });
        await client.query('ROLLBACK TO SAVEPOINT statement');
        failures.set(statement, error);
      }
    }
    if (failures.size === pending.length) break;
    pending = [...failures.keys()];
  }
  for (const [{ what, required }, cause] of failures) {
    if (!required) continue;
    throw new BackupError(
      'unsupported',
      `The scratch database cannot be made: ${what} fails (SQLSTATE ${sqlState(cause) ?? '?'}). Is an extension missing on the drill's server?`,
      { what, sqlState: sqlState(cause) },
      { cause },
    );
  }
  await client.query('COMMIT');
  return [...failures.keys()].map(({ what }) => `${what}: it could not be made in the scratch database`);
}
