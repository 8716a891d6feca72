import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { WiringOptions } from '@satchel/wiring';
import { WiringModule } from '@satchel/wiring';
import { LoggerModule } from 'nestjs-pino';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { EnvelopeInterceptor } from './http/envelope.interceptor.js';
import { ErrorFilter } from './http/error.filter.js';
import { loggerParams } from './http/logging.js';
import { validationPipe } from './http/validation.pipe.js';
import { HealthController } from './system/health.controller.js';
import { UserModule } from './user/user.module.js';

/** The settings; `notice` tells whoever started the server what takes long, and the first administrator's password. */
export type AppOptions = WiringOptions;

/** The whole server: one module for each part of the contract, on the wiring of all adapters. */
@Module({})
export class AppModule {
  static forOptions(options: AppOptions): DynamicModule {
    const { config, notice } = options;
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggerParams(config.logLevel)),
        { ...WiringModule.forOptions(options), global: true },
        AuthModule.forOptions({ config: config.server, notice }),
        UserModule,
        AuditModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
