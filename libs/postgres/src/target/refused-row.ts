import type { BackupError } from '@satchel/domain';
import { fromPostgresError } from '../connection/index.js';
import { RefusedRow } from './row-trail.js';

/**
 * Turns whatever stopped a restore into a `BackupError`; a row that was refused while it was stored is named by its
 * key, with the table it was meant for rather than the temporary one.
 */
export function fromTargetError(
  thrown: unknown,
  table: { readonly schema: string; readonly name: string } | undefined,
  signal: AbortSignal | undefined,
): BackupError {
  const place = { signal, ...(table === undefined ? {} : { schema: table.schema, table: table.name }) };
  if (!(thrown instanceof RefusedRow)) return fromPostgresError(thrown, place);
  return fromPostgresError(thrown.cause, {
    ...place,
    ...(thrown.key === null ? {} : { key: thrown.key }),
    ...(thrown.column === null ? {} : { column: thrown.column }),
  });
}
