import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { KeepDays } from '../storage/keep-days.js';
import { HealthController } from './health.controller.js';
import { LimitsController } from './limits.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { StatusController } from './status.controller.js';

/** How the system is: for people, for who watches over the process, for Prometheus. */
@Module({})
export class SystemModule {
  static forOptions({ retentionDays }: { readonly retentionDays: number }): DynamicModule {
    return {
      module: SystemModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, StatusController, LimitsController, MetricsController],
      providers: [Metrics, { provide: KeepDays, useFactory: () => new KeepDays(retentionDays) }],
      exports: [Metrics],
    };
  }
}
