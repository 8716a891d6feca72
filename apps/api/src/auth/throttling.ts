import type { ExecutionContext } from '@nestjs/common';
import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { ThrottlerLimitDetail, ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import { ThrottlerGuard } from '@nestjs/throttler';
import { BackupError } from '@satchel/domain';
import type { ServerConfig } from '@satchel/wiring';
import type { Request } from 'express';
import { ApiErrors } from '../http/envelope.dto.js';
import { KnownCallers, networkOf } from './known-callers.js';

const MINUTE_MS = 60_000;

const COSTLY = 'satchel:costly';

/** Of how many requests a minute one may be a sign-in or a renewal: each sign-in costs a hash on purpose. */
const ONE_SIGN_IN_IN = 20;
const MIN_SIGN_INS = 10;

/** Counts a route, on top, by address and with a stricter limit. */
export function Costly(): MethodDecorator {
  return applyDecorators(SetMetadata(COSTLY, true), ApiErrors('rate_limited'));
}

/**
 * Limits by caller, all routes counted together; and by address for what is costly, whoever is signed in there.
 * Counted by each process for itself: with several, a caller may have that many times the requests.
 */
export function throttlerOptions(
  { rateLimitPerMinute }: Pick<ServerConfig, 'rateLimitPerMinute'>,
  callers: KnownCallers,
  storage: ThrottlerStorage,
): ThrottlerModuleOptions {
  return {
    storage,
    throttlers: [
      {
        name: 'default',
        ttl: MINUTE_MS,
        limit: rateLimitPerMinute,
        getTracker: request => callers.callerOf(request as Request),
      },
      {
        name: 'costly',
        ttl: MINUTE_MS,
        limit: Math.max(MIN_SIGN_INS, Math.floor(rateLimitPerMinute / ONE_SIGN_IN_IN)),
        setHeaders: false,
        skipIf: context => Reflect.getMetadata(COSTLY, context.getHandler()) !== true,
        getTracker: request => networkOf(request as Request),
      },
    ],
    generateKey: (_context, caller, limit) => `${limit} ${caller}`,
  };
}

/** Answers too many requests in the contract's envelope. */
@Injectable()
export class ThrottlingGuard extends ThrottlerGuard {
  /**
   * The library's own looks in turn for seven things that decorators of it may have left at each route and controller. There
   * are none: `Costly` is the only difference between routes.
   */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    for (const throttler of this.throttlers) {
      if (throttler.skipIf?.(context)) continue;
      const { limit, ttl, getTracker, generateKey = this.commonOptions.generateKey } = throttler;
      if (typeof limit !== 'number' || typeof ttl !== 'number' || !getTracker || !generateKey)
        throw new TypeError(`The limit "${throttler.name}" is not whole.`);
      await this.handleRequest({
        context,
        throttler,
        limit,
        ttl,
        blockDuration: ttl,
        getTracker,
        generateKey,
      });
    }
    return true;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new BackupError('rate_limited', 'Too many requests. Wait a moment and try again.', {
      retryAfterSeconds: Math.max(1, timeToBlockExpire),
    });
  }
}
