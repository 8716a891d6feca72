import type { ExecutionContext } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { BackupError } from '@satchel/domain';
import type { Authenticated } from '@satchel/use-cases';
import { AuthenticateRequest } from '@satchel/use-cases';
import type { Request } from 'express';
import { AccessTokenStrategy } from './access-token.strategy.js';
import type { Credential } from './credential.js';
import { credentialOf } from './credential.js';
import { KnownCallers } from './known-callers.js';
import { toPrincipal } from './principal.js';
import { Refusals } from './refusals.js';
import { policyOf } from './route-policy.js';

/** Where passport leaves what the strategy has found. */
const PROPERTY = 'authenticated';

/**
 * Finds out who makes a request. Nobody is for `PermissionGuard` to judge; a credential that is wrong ends the request
 * here, so that no caller goes on as nobody without noticing.
 */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(
    // Passport knows strategies by name for the whole process; by itself this one is of this server and its keys.
    private readonly strategy: AccessTokenStrategy,
    private readonly reflector: Reflector,
    private readonly requests: AuthenticateRequest,
    private readonly callers: KnownCallers,
    private readonly refusals: Refusals,
  ) {
    super({
      // Passport hangs a request's way on onto the strategy that it is given. One object for all requests would give
      // the answers of several at the same time to the last of them, and none to the others.
      get defaultStrategy() {
        return Object.create(strategy) as AccessTokenStrategy;
      },
      property: PROPERTY,
      session: false,
    });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (policyOf(this.reflector, context) === 'public') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const credential = credentialOf(request);
    if (credential === null) return true;
    const found =
      credential.kind === 'api token'
        ? await this.#byApiToken(credential, request)
        : ((await this.strategy.take(credential.text)) ?? (await this.#byAccessToken(context, request)));
    request.principal = toPrincipal(found, credential.via);
    return true;
  }

  async #byApiToken({ text }: Credential, request: Request): Promise<Authenticated> {
    const found = await this.requests.tokenUser(text);
    this.callers.note(text, found?.user.userId ?? null);
    if (found !== null) return found;
    await this.refusals.record(request, { reason: 'unknown token' });
    throw new BackupError(
      'auth_error',
      'This API token is not valid: it has expired, was revoked, or never was one.',
    );
  }

  async #byAccessToken(context: ExecutionContext, request: Request): Promise<Authenticated> {
    await super.canActivate(context);
    const found = (request as unknown as Record<string, unknown>)[PROPERTY] as Outcome;
    if (typeof found === 'object') return found;
    // A session ends every day, and pages then find out by asking: that is nothing to remember.
    if (found === 'forged') await this.refusals.record(request, { reason: 'forged access token' });
    throw new BackupError('auth_error', 'You are not signed in, or your session has ended. Sign in again.');
  }

  /** Passport's own way would throw an exception of NestJS, and lose why. @throws what the strategy could not find out */
  override handleRequest<T>(error: unknown, found: unknown, info: unknown): T {
    if (error instanceof Error) throw error;
    if (info instanceof BackupError) throw info;
    const outcome: Outcome = found ? (found as Authenticated) : info instanceof Error ? 'forged' : 'over';
    return outcome as T;
  }
}

type Outcome = Authenticated | 'forged' | 'over';
