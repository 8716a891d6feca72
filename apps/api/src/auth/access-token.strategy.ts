import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Authenticated } from '@satchel/use-cases';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import type { AccessClaims } from './access-tokens.js';
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
      jwtFromRequest: textOf,
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
      passReqToCallback: true,
    });
  }

  /** @returns false for a token of ours that has expired, or whose session is over */
  async validate(request: Request, payload: unknown): Promise<Authenticated | false> {
    const claims = this.tokens.read(payload);
    if (claims === null) return false;
    await this.tokens.remember(textOf(request) ?? '', payload);
    return (await this.#liveSession(claims)) ?? false;
  }

  /**
   * Takes a token that was judged before, so that only its session is still to be asked for.
   *
   * @returns null if it has to be judged, or its session is over: Passport says why
   */
  async take(text: string): Promise<Authenticated | null> {
    const claims = await this.tokens.remembered(text);
    return claims && this.#liveSession(claims);
  }

  async #liveSession({ sessionId, userId }: AccessClaims): Promise<Authenticated | null> {
    const found = await this.sessions.find(sessionId);
    return found?.user.userId === userId ? found : null;
  }
}

function textOf(request: Request): string | null {
  return credentialOf(request)?.text ?? null;
}
