import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Authenticated } from '@satchel/use-cases';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { ALGORITHM, AccessTokens, AUDIENCE, ISSUER } from './access-tokens.js';
import { credentialOf } from './credential.js';
import { KnownSessions } from './known-sessions.js';

/** Takes access tokens, from the header or the cookie, whose session still lives. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: KnownSessions,
  ) {
    super({
      jwtFromRequest: (request: Request) => credentialOf(request)?.text ?? null,
      secretOrKeyProvider: (_request, text, done) => {
        tokens.keyOf(String(text)).then(
          key => (key === null ? done(new Error('signed with no key of ours')) : done(null, key)),
          (error: unknown) => done(error),
        );
      },
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      // `AccessTokens.read` does that, by the product's clock.
      ignoreExpiration: true,
    });
  }

  /** @returns false for a token of ours that has expired, or whose session is over */
  async validate(payload: unknown): Promise<Authenticated | false> {
    const claims = this.tokens.read(payload);
    if (claims === null) return false;
    const found = await this.sessions.find(claims.sessionId);
    return found?.user.userId === claims.userId ? found : false;
  }
}
