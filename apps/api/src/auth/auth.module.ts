import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { EnsureFirstAdministrator } from '@satchel/use-cases';
import type { ServerConfig } from '@satchel/wiring';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { CallersModule } from './callers.module.js';
import { CsrfGuard } from './csrf.guard.js';
import { CsrfTokens } from './csrf-tokens.js';
import { FirstAdministrator } from './first-administrator.js';
import { KnownCallers } from './known-callers.js';
import { KnownSessions } from './known-sessions.js';
import { OpenSessions } from './open-sessions.js';
import { PermissionGuard } from './permission.guard.js';
import { Refusals } from './refusals.js';
import { RequestCounts } from './request-counts.js';
import { SessionController } from './session.controller.js';
import { SessionCookies } from './session-cookies.js';
import { throttlerOptions, ThrottlingGuard } from './throttling.js';
import { TokenController } from './token.controller.js';

export interface AuthOptions {
  readonly config: ServerConfig;
  /** Tells whoever started the server what nobody else may read. */
  readonly notice: (line: string) => void;
}

/** Signing in, and the guards that every request passes. */
@Module({})
export class AuthModule {
  static forOptions({ config, notice }: AuthOptions): DynamicModule {
    // One object, so that both importers get the same instances.
    const callers = CallersModule.forConfig(config);
    return {
      module: AuthModule,
      imports: [
        callers,
        ThrottlerModule.forRootAsync({
          imports: [callers],
          inject: [KnownCallers, RequestCounts],
          useFactory: (callers: KnownCallers, counts: RequestCounts) =>
            throttlerOptions(config, callers, counts),
        }),
      ],
      controllers: [AuthController, SessionController, TokenController],
      providers: [
        AccessTokenStrategy,
        CsrfTokens,
        KnownSessions,
        OpenSessions,
        Refusals,
        { provide: SessionCookies, useFactory: () => new SessionCookies(config.cookieSecure) },
        {
          provide: FirstAdministrator,
          inject: [EnsureFirstAdministrator],
          useFactory: (ensure: EnsureFirstAdministrator) => new FirstAdministrator(ensure, config, notice),
        },
        // In this order: too many requests cost nothing more; then who it is, whether they meant it, whether they may.
        { provide: APP_GUARD, useClass: ThrottlingGuard },
        { provide: APP_GUARD, useClass: AuthenticationGuard },
        { provide: APP_GUARD, useClass: CsrfGuard },
        { provide: APP_GUARD, useClass: PermissionGuard },
      ],
    };
  }
}
