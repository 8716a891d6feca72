import { BullModule, getQueueToken } from '@nestjs/bull';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { Clock, JobQueue, JobStore } from '@satchel/domain';
import type { CarriedJob } from '@satchel/jobs';
import { BullJobQueue, bullOptions, JOB_QUEUE } from '@satchel/jobs';
import type { Queue } from 'bull';
import { PRODUCT } from '../product.js';
import type { ServerOptions } from './server-options.js';

/**
 * The queue on Redis. It is loaded only where there is a `REDIS_URL`, since Bull connects as soon as it is made.
 *
 * `@nestjs/bull` makes the queue and closes it. Jobs are not taken by its `@Process`: that calls `queue.process` when the module
 * starts, with a number of jobs that is fixed in the code, and nobody learns how it went; `BullJobQueue.start` does it when the
 * process is ready, with `WORKER_CONCURRENCY`, and before that shows in the store that a worker is there.
 */
@Module({})
export class BullQueueModule {
  static forOptions(redisUrl: string, { log }: ServerOptions, jobStore: DynamicModule): DynamicModule {
    return {
      module: BullQueueModule,
      imports: [
        jobStore,
        BullModule.registerQueueAsync({ name: JOB_QUEUE, useFactory: () => bullOptions(redisUrl) }),
      ],
      providers: [
        {
          provide: JobQueue,
          inject: [getQueueToken(JOB_QUEUE), JobStore, Clock],
          useFactory: (queue: Queue<CarriedJob>, store: JobStore, clock: Clock) =>
            new BullJobQueue(queue, { store, clock, log, version: PRODUCT }),
        },
      ],
      exports: [JobQueue, BullModule],
    };
  }
}
