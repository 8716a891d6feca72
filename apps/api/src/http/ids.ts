import { BackupError } from '@satchel/domain';
import { z } from 'zod';

/** An id in an answer. */
export const ID = z.uuid().meta({ examples: ['5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21'] });

/** An id in an address: anything else than a UUID names nothing. @throws BackupError `not_found` */
export function pathId(what: string, text: string): string {
  const id = text.toLowerCase();
  if (z.uuid().safeParse(id).success) return id;
  throw new BackupError('not_found', `There is no ${what} ${JSON.stringify(text.slice(0, 64))}.`);
}
