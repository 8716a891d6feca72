import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DerivedKey } from './derived-keys.js';
import { DerivedKeys } from './derived-keys.js';

const PURPOSE = 'satchel csrf token';

/**
 * Tokens that a page of ours can read and another site's cannot. Each belongs to one session and lives as long as it
 * does, in every process, without being stored: `<key id>.<HMAC of the session's id>`.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
@Injectable()
export class CsrfTokens {
  constructor(private readonly keys: DerivedKeys) {}

  async tokenOf(sessionId: string): Promise<string> {
    return tokenWith(await this.keys.current(PURPOSE), sessionId);
  }

  async matches(sessionId: string, token: string): Promise<boolean> {
    const key = await this.keys.byId(token.split('.', 1)[0] ?? '', PURPOSE);
    if (key === null) return false;
    const [expected, given] = [Buffer.from(tokenWith(key, sessionId)), Buffer.from(token)];
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
}

function tokenWith({ keyId, secret }: DerivedKey, sessionId: string): string {
  return `${keyId}.${createHmac('sha256', secret).update(sessionId).digest('base64url')}`;
}
