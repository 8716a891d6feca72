import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { normalizeIp } from '@nestjs/throttler';
import { AccessTokens } from './access-tokens.js';
import { credentialOf } from './credential.js';

const MAX_KNOWN = 10_000;

/**
 * Says by whom requests are counted, before anybody has been asked in the database: the user that an access token of
 * ours names, or an API token that was good the last time; else the address. So a stranger cannot use up a user's
 * requests, and wrong credentials count for the address that they come from.
 */
@Injectable()
export class KnownCallers {
  /** Digests of API tokens, and whose they are. */
  readonly #userIds = new Map<string, string>();

  constructor(private readonly tokens: AccessTokens) {}

  /** @param userId null if the token turned out to be no good */
  note(apiToken: string, userId: string | null): void {
    const digest = digestOf(apiToken);
    if (userId === null) this.#userIds.delete(digest);
    else {
      if (this.#userIds.size >= MAX_KNOWN) this.#userIds.clear();
      this.#userIds.set(digest, userId);
    }
  }

  async callerOf(request: Request): Promise<string> {
    const credential = credentialOf(request);
    const userId =
      credential === null
        ? null
        : credential.kind === 'api token'
          ? (this.#userIds.get(digestOf(credential.text)) ?? null)
          : await this.tokens.userIdOf(credential.text);
    return userId === null ? networkOf(request) : `user ${userId}`;
  }
}

/** Of IPv6 the first 64 bits: whoever has one address there has all of them. */
export function networkOf(request: Request): string {
  return `address ${normalizeIp(request.ip ?? '')}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
