import type { Secret } from '../secret.js';

/**
 * Turns passwords into hashes that are costly to guess. A hash says by which method and cost it was made, so that these
 * can change. `verify` of text that is no hash is `false`, and takes no less time than a wrong password.
 */
export abstract class PasswordHasher {
  abstract hash(password: Secret<string>): Promise<Secret<string>>;
  abstract verify(hash: Secret<string> | null, password: Secret<string>): Promise<boolean>;
  /** Whether a hash was made by an older method or at a lower cost than `hash` would now. */
  abstract isOutdated(hash: Secret<string>): boolean;
}
