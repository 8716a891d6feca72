import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BackupError } from '@satchel/domain';
import type { Request } from 'express';
import { ApiErrors } from '../http/envelope.dto.js';
import { isReading } from '../http/is-reading.js';
import { CsrfTokens } from './csrf-tokens.js';
import { isFromElsewhere } from './is-from-elsewhere.js';
import { Refusals } from './refusals.js';
import { refreshCookieOf } from './session-cookies.js';

const SIGN_IN_RULE = 'satchel:sign-in-rule';

/** What stands in for a session's token on routes that are called before there is a session, or without its access token. */
type SignInRule = 'opens a session' | 'renews a session';

/**
 * Protects a route that no access token authorises. Neither may come from another site's page; what opens a session has
 * to be JSON, which a form cannot send; what renews one by its cookie needs the session's CSRF token.
 */
export function SignInRoute(rule: SignInRule): MethodDecorator {
  return applyDecorators(SetMetadata(SIGN_IN_RULE, rule), ApiErrors('csrf_error'));
}

/**
 * Refuses what another site could make a browser send: every change that a cookie authorises needs the session's token
 * in a header. Who sends a bearer token has shown already that they hold it.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: CsrfTokens,
    private readonly refusals: Refusals,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const rule = this.reflector.get<SignInRule | undefined>(SIGN_IN_RULE, context.getHandler());
    const problem = rule ? await this.#judgeSignIn(rule, request) : await this.#judge(request);
    if (problem === null) return true;
    await this.refusals.record(request, { reason: 'csrf_error' });
    throw new BackupError('csrf_error', problem);
  }

  async #judgeSignIn(rule: SignInRule, request: Request): Promise<string | null> {
    if (isFromElsewhere(request)) return 'This request comes from the page of another site.';
    if (rule === 'opens a session') {
      return request.is('application/json') === false
        ? 'Sign in with a JSON body: Content-Type: application/json.'
        : null;
    }
    const cookie = refreshCookieOf(request);
    return cookie === null || hasRefreshToken(request.body)
      ? null
      : this.#judgeToken(request, cookie.sessionId);
  }

  async #judge(request: Request): Promise<string | null> {
    const { principal } = request;
    if (isReading(request) || principal?.via !== 'cookie' || principal.sessionId === null) return null;
    return this.#judgeToken(request, principal.sessionId);
  }

  async #judgeToken(request: Request, sessionId: string): Promise<string | null> {
    const token = request.get('X-CSRF-Token');
    if (token === undefined) {
      return 'The header X-CSRF-Token is missing. Load the page again, and repeat what you did.';
    }
    return (await this.tokens.matches(sessionId, token))
      ? null
      : 'The header X-CSRF-Token is not of this session. Load the page again, and repeat what you did.';
  }
}

/** Who can write the token into the body holds it, so no cookie is needed. */
function hasRefreshToken(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'refresh_token' in body;
}
