import { BackupError } from '@satchel/domain';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/**
 * The part of a list that is asked for.
 *
 * @throws BackupError `validation_error` for a limit that is not 1 to 1000, or a negative offset
 */
export function pageOf({ limit = DEFAULT_LIMIT, offset = 0 }: { limit?: number; offset?: number }): {
  readonly take: number;
  readonly skip: number;
} {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new BackupError('validation_error', `limit is ${limit}; it must be 1 to ${MAX_LIMIT}.`, {
      parameter: 'limit',
      value: limit,
    });
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new BackupError('validation_error', `offset is ${offset}; it must be 0 or more.`, {
      parameter: 'offset',
      value: offset,
    });
  }
  return { take: limit, skip: offset };
}
