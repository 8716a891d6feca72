import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { PasswordHasher, Secret } from '@satchel/domain';

/**
 * What one guess costs: 19 MiB of memory, twice over.
 *
 * @see OWASP, Password Storage Cheat Sheet: Argon2id, m=19456 (19 MiB), t=2, p=1
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** `Algorithm.Argon2id` and `Version.V0x13`, whose enums exist for the compiler alone. */
const ARGON2ID = 2;
const VERSION_13 = 1;

type Argon2 = typeof import('@node-rs/argon2');

const require = createRequire(import.meta.url);

/** Loaded with the first password: most commands of the command line never see one. */
function argon2(): Argon2 {
  return require('@node-rs/argon2') as Argon2;
}

/**
 * Passwords as argon2id in the PHC form (`$argon2id$v=19$m=19456,t=2,p=1$…`), which names method and cost. The work is
 * done on Node's thread pool, so requests go on meanwhile.
 */
export class Argon2PasswordHasher extends PasswordHasher {
  #decoy: Promise<string> | undefined;

  async hash(password: Secret<string>): Promise<Secret<string>> {
    return new Secret(await argon2id(password.reveal()));
  }

  /** Where there is nothing to compare with, a hash of a password that nobody knows is compared with instead. */
  async verify(stored: Secret<string> | null, password: Secret<string>): Promise<boolean> {
    const { verify } = argon2();
    const text = stored?.reveal() ?? null;
    if (text !== null && isArgon2(text)) {
      const matches = await verify(text, password.reveal()).catch(() => null);
      if (matches !== null) return matches;
    }
    await verify(await this.#decoyHash(), password.reveal());
    return false;
  }

  isOutdated(stored: Secret<string>): boolean {
    try {
      const made = argon2().parseOptions(stored.reveal());
      return (
        made.algorithm !== ARGON2ID ||
        made.version !== VERSION_13 ||
        made.memoryCost < COST.memoryCost ||
        made.timeCost < COST.timeCost ||
        made.parallelism !== COST.parallelism ||
        made.outputLen < COST.outputLen
      );
    } catch {
      return true;
    }
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= argon2id(randomBytes(32).toString('base64'));
    return this.#decoy;
  }
}

function argon2id(password: string): Promise<string> {
  return argon2().hash(password, { ...COST, algorithm: ARGON2ID, version: VERSION_13 });
}

function isArgon2(text: string): boolean {
  return /^\$argon2(id|i|d)\$/.test(text);
}
