import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { PasswordHasher, Secret } from '@satchel/domain';

/** A real hash at a cost that tests can afford; `generation` is what makes older ones outdated. */
export class QuickPasswordHasher extends PasswordHasher {
  generation = 1;
  /** How often something was compared, with a hash or with nothing. */
  compared = 0;

  async hash(password: Secret<string>): Promise<Secret<string>> {
    const salt = randomBytes(16).toString('hex');
    return new Secret(`quick$${this.generation}$${salt}$${digest(password, salt)}`);
  }

  async verify(stored: Secret<string> | null, password: Secret<string>): Promise<boolean> {
    this.compared += 1;
    const [, , salt = '', expected = ''] = stored?.reveal().split('$') ?? [];
    const [a, b] = [Buffer.from(digest(password, salt)), Buffer.from(expected)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  isOutdated(stored: Secret<string>): boolean {
    return Number(stored.reveal().split('$')[1]) < this.generation;
  }
}

function digest(password: Secret<string>, salt: string): string {
  return scryptSync(password.reveal(), salt, 32, { N: 16 }).toString('hex');
}
