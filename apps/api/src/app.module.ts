import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { WiringConfig } from '@satchel/wiring';
import { WiringModule } from '@satchel/wiring';
import { LoggerModule } from 'nestjs-pino';
import { PermissionGuard } from './auth/permission.guard.js';
import { EnvelopeInterceptor } from './http/envelope.interceptor.js';
import { ErrorFilter } from './http/error.filter.js';
import { loggerParams } from './http/logging.js';
import { validationPipe } from './http/validation.pipe.js';
import { HealthController } from './system/health.controller.js';

export interface AppOptions {
  readonly config: WiringConfig;
  /** Tells whoever started the server what takes long. */
  readonly notice: (line: string) => void;
}

/** The whole server: one module for each part of the contract, on the wiring of all adapters. */
@Module({})
export class AppModule {
  static forOptions({ config, notice }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggerParams(config.logLevel)),
        { ...WiringModule.forOptions({ config, notice }), global: true },
      ],
      controllers: [HealthController],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useFactory: validationPipe },
        { provide: APP_GUARD, useClass: PermissionGuard },
      ],
    };
  }
}
