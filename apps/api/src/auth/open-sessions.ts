import { Injectable } from '@nestjs/common';
import { Clock } from '@satchel/domain';
import type { OpenedSession } from '@satchel/use-cases';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { AccessTokens } from './access-tokens.js';
import type { SESSION_OPENED } from './auth.dto.js';
import { toSessionOpened } from './auth.dto.js';
import { CsrfTokens } from './csrf-tokens.js';
import { SessionCookies } from './session-cookies.js';

/** Hands an open session to who asked for it: in the reply, or in a browser's cookies. */
@Injectable()
export class OpenSessions {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly csrf: CsrfTokens,
    private readonly cookies: SessionCookies,
    private readonly clock: Clock,
  ) {}

  async handOver(
    { user, session, refreshToken }: OpenedSession,
    { inCookies, request, response }: { inCookies: boolean; request: Request; response: Response },
  ): Promise<z.input<typeof SESSION_OPENED>> {
    const access = await this.tokens.issue(session);
    const csrfToken = await this.csrf.tokenOf(session.sessionId);
    if (inCookies) {
      const now = this.clock.now().getTime();
      this.cookies.set(request, response, {
        sessionId: session.sessionId,
        accessToken: access.text,
        accessMaxAgeMs: access.expiresAt.getTime() - now,
        refreshToken: refreshToken.reveal(),
        csrfToken,
        sessionMaxAgeMs: session.expiresAt.getTime() - now,
      });
    }
    return toSessionOpened(
      { user, session, access, refreshToken: refreshToken.reveal(), csrfToken },
      !inCookies,
    );
  }
}
