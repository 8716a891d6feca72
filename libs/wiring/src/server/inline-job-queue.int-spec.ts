import { InlineJobQueue } from '@satchel/jobs';
import { describeJobQueue } from '@satchel/testing/conformance';
import { afterAll, beforeAll } from 'vitest';
import { QueueTestDatabase } from './testing/queue-subject.js';

let database: QueueTestDatabase;

beforeAll(async () => {
  database = await QueueTestDatabase.create();
});
afterAll(() => database.drop());

describeJobQueue('InlineJobQueue', () =>
  database.subject({
    make: options => ({ queue: new InlineJobQueue(options), dispose: async () => undefined }),
    childArguments: [],
  }),
);
