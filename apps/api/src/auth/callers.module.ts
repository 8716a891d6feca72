import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { Clock } from '@satchel/domain';
import type { ServerConfig } from '@satchel/wiring';
import { AccessTokens } from './access-tokens.js';
import { DerivedKeys } from './derived-keys.js';
import { KnownCallers } from './known-callers.js';
import { RequestCounts } from './request-counts.js';

const MINUTE_MS = 60_000;

/** What has to be there before requests can be counted by caller. */
@Module({})
export class CallersModule {
  static forConfig({ accessTokenMinutes }: Pick<ServerConfig, 'accessTokenMinutes'>): DynamicModule {
    return {
      module: CallersModule,
      imports: [JwtModule.register({})],
      providers: [
        DerivedKeys,
        {
          provide: AccessTokens,
          inject: [JwtService, DerivedKeys, Clock],
          useFactory: (jwt: JwtService, keys: DerivedKeys, clock: Clock) =>
            new AccessTokens(jwt, keys, clock, accessTokenMinutes * MINUTE_MS),
        },
        KnownCallers,
        RequestCounts,
      ],
      exports: [AccessTokens, DerivedKeys, KnownCallers, RequestCounts],
    };
  }
}
