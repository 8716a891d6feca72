import { CatalogDatabase, TypeormJobStore } from '@satchel/catalog';
import { InlineJobQueue } from '@satchel/jobs';
import { SystemClock } from '../../system-clock.js';
import { makeBullQueue } from './bull-queue.js';
import { SHORT_TIMES } from './queue-subject.js';

/** Takes jobs one at a time, prints the id of each, and never finishes one. With a Redis it takes them from there. */
export default async function child(databaseUrl: string, redisUrl?: string, prefix?: string): Promise<void> {
  const store = new TypeormJobStore(new CatalogDatabase(databaseUrl));
  const options = { store, clock: new SystemClock(), version: 'test', times: SHORT_TIMES };
  const queue =
    redisUrl === undefined || prefix === undefined
      ? new InlineJobQueue(options)
      : makeBullQueue(redisUrl, prefix, options).queue;
  await queue.start(
    async ({ jobId }) => {
      console.log(jobId);
      await new Promise(() => undefined);
    },
    { concurrency: 1 },
  );
  await new Promise(() => undefined);
}
