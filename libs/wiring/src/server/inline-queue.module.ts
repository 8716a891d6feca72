import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { Clock, JobQueue, JobStore } from '@satchel/domain';
import { InlineJobQueue } from '@satchel/jobs';
import { PRODUCT } from '../product.js';
import type { ServerOptions } from './server-options.js';

/** The queue inside this process. */
@Module({})
export class InlineQueueModule {
  static forOptions({ log }: ServerOptions, jobStore: DynamicModule): DynamicModule {
    return {
      module: InlineQueueModule,
      imports: [jobStore],
      providers: [
        {
          provide: JobQueue,
          inject: [JobStore, Clock],
          useFactory: (store: JobStore, clock: Clock) =>
            new InlineJobQueue({ store, clock, log, version: PRODUCT }),
        },
      ],
      exports: [JobQueue],
    };
  }
}
