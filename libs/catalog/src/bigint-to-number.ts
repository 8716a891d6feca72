import { BackupError } from '@satchel/domain';
import type { ValueTransformer } from 'typeorm';

/** Maps PostgreSQL's bigint, which the driver gives as text, to a number; refuses one that a number cannot hold. */
export const bigintToNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | null | undefined): number | null => {
    if (value === null || value === undefined) return null;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new BackupError(
      'system_error',
      `The catalog holds a size of ${value}, which is beyond all sizes. Rebuild the catalog from the backups.`,
    );
  },
};
