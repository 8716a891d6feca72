import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { WiringOptions } from '@satchel/wiring';
import { ServerModule, ServerUseCasesModule } from '@satchel/wiring';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AlarmModule } from './alarm/alarm.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BackupModule } from './backup/backup.module.js';
import { DrillModule } from './drill/drill.module.js';
import { EnvelopeInterceptor } from './http/envelope.interceptor.js';
import { ErrorFilter } from './http/error.filter.js';
import { loggerParams } from './http/logging.js';
import { validationPipe } from './http/validation.pipe.js';
import { JobModule } from './job/job.module.js';
import { RestoreModule } from './restore/restore.module.js';
import { DestinationModule } from './destination/destination.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { StorageModule } from './storage/storage.module.js';
import { SystemModule } from './system/system.module.js';
import { UserModule } from './user/user.module.js';

/** The settings; `notice` tells whoever started the server what takes long, and the first administrator's password. */
export interface AppOptions extends WiringOptions {
  readonly log: Logger;
}

/** The whole server: one module for each part of the contract, on the wiring of all adapters. */
@Module({})
export class AppModule {
  static async forOptions(options: AppOptions): Promise<DynamicModule> {
    const { config, notice, log } = options;
    // With a Redis, workers run the jobs.
    const takesJobs = config.redisUrl === null;
    // One object: Nest takes two that look alike for two modules, with a queue each.
    const server = { ...(await ServerModule.forOptions({ ...options, takesJobs })), global: true };
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggerParams(log)),
        server,
        { ...ServerUseCasesModule.on(server, config), global: true },
        AuthModule.forOptions({ config: config.server, notice }),
        UserModule,
        AuditModule,
        BackupModule,
        RestoreModule,
        StorageModule.forOptions(config),
        DestinationModule,
        JobModule,
        ScheduleModule,
        DrillModule,
        AlarmModule,
        SystemModule.forOptions(config),
      ],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}
