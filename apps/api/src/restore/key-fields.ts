import { readIdentities } from '@satchel/archive';
import type { UnlockKeys } from '@satchel/domain';
import { NO_KEYS, Secret } from '@satchel/domain';
import { z } from 'zod';

/** What a request may bring to open an encrypted backup with. */
export const KEY_FIELDS = {
  identity: z
    .string()
    .max(16 * 1024)
    .optional()
    .describe(
      'For an encrypted backup: the text of an age identity file (`AGE-SECRET-KEY-1…`). Held for this job only, and never logged.',
    ),
  passphrase: z
    .string()
    .max(1024)
    .optional()
    .describe('For a backup that is encrypted with a passphrase. Held for this job only, and never logged.'),
};

interface KeyFields {
  readonly identity?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** @throws BackupError `validation_error` for an identity without a key; never says what was given */
export async function keysOf({ identity, passphrase }: KeyFields): Promise<UnlockKeys> {
  return {
    identities: identity === undefined ? NO_KEYS.identities : await readIdentities(identity),
    passphrases: passphrase === undefined ? NO_KEYS.passphrases : [new Secret(passphrase)],
  };
}
