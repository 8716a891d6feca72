import { randomBytes } from 'node:crypto';
import { Secret } from '@satchel/domain';
import { ConfigKeyRing } from '@satchel/wiring';

/** @returns a signing key as the settings take it */
export function newSigningKey(): string {
  return randomBytes(32).toString('base64');
}

/** A key ring that touches no disk. @param earlier keys that have been replaced */
export function testKeyRing(current = newSigningKey(), earlier: readonly string[] = []): ConfigKeyRing {
  return new ConfigKeyRing({
    homeDir: '/nonexistent/satchel-tests',
    signingKey: new Secret(current),
    earlierSigningKeys: new Secret(earlier),
  });
}
