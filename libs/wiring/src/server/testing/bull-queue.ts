import type { CarriedJob, QueueOptions } from '@satchel/jobs';
import { BullJobQueue, bullOptions, JOB_QUEUE } from '@satchel/jobs';
import Bull from 'bull';
import type { MadeQueue } from './queue-subject.js';

/** A queue as the product has it, but with names in Redis that no other test has, and with less patience. */
export function makeBullQueue(redisUrl: string, prefix: string, options: QueueOptions): MadeQueue {
  const settings = bullOptions(redisUrl);
  const queue = new Bull<CarriedJob>(JOB_QUEUE, {
    ...settings,
    prefix,
    settings: {
      ...settings.settings,
      lockDuration: 2_000,
      lockRenewTime: 500,
      stalledInterval: 500,
      guardInterval: 100,
      retryProcessDelay: 100,
    },
  });
  return { queue: new BullJobQueue(queue, options), dispose: async () => undefined };
}
