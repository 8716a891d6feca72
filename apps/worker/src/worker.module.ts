import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { Clock, JobStore } from '@satchel/domain';
import type { WiringConfig } from '@satchel/wiring';
import { ServerModule } from '@satchel/wiring';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { HealthFile } from './health-file.js';
import { StalledJobsListener, WORKER_LOG } from './stalled-jobs.listener.js';

/** A process that takes jobs from Redis and runs them. Everything about how is in `libs/jobs` and `libs/wiring`. */
@Module({})
export class WorkerModule {
  static async forConfig(config: WiringConfig, log: Logger): Promise<DynamicModule> {
    const notice = (line: string): void => log.warn(line);
    return {
      module: WorkerModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger: log } }),
        await ServerModule.forOptions({ config, notice, log, takesJobs: true }),
      ],
      providers: [{ provide: WORKER_LOG, useValue: log }, StalledJobsListener, ...healthFile(config)],
    };
  }
}

function healthFile({ workerHealthFile: path }: WiringConfig): FactoryProvider<HealthFile>[] {
  if (path === null) return [];
  const useFactory = (store: JobStore, clock: Clock) => new HealthFile(path, store, clock);
  return [{ provide: HealthFile, inject: [JobStore, Clock], useFactory }];
}
