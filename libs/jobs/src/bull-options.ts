import type { QueueOptions } from 'bull';

/** The queue's name in Redis, and NestJS' name for it. */
export const JOB_QUEUE = 'jobs';

/** What Bull carries: the store knows the rest. */
export interface CarriedJob {
  readonly jobId: string;
}

/** Thrown by a processor whose job is to come again: Bull asks the strategy `asTold` when. */
export class AgainLater extends Error {
  override readonly name = 'AgainLater';

  /** @param afterMs milliseconds; 0 for at once */
  constructor(readonly afterMs: number) {
    super('The job has to wait.');
  }
}

/** Longest pause before Redis is tried again, in milliseconds: what waits for it should not wait much longer than it is away. */
const RECONNECT_AT_MOST_MS = 2_000;

/**
 * How the queue on Redis is set up; every process must use the same.
 *
 * @param redisUrl `redis://` or `rediss://`, checked by the settings
 */
export function bullOptions(redisUrl: string): QueueOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(redisUrl);
  return {
    prefix: 'satchel',
    redis: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 6379),
      db: Number(pathname.slice(1) || 0),
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
      connectTimeout: 5_000,
      keepAlive: 10_000,
      // Whoever cannot wait has a limit of its own; Bull's own calls are to be made once Redis is back, however late.
      maxRetriesPerRequest: null,
      retryStrategy: times => Math.min(times * 100, RECONNECT_AT_MOST_MS),
    },
    settings: {
      // A job whose process died is offered again soon. Offered twice is no harm: the claim in the store decides.
      lockDuration: 10_000,
      lockRenewTime: 3_000,
      stalledInterval: 5_000,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      guardInterval: 1_000,
      retryProcessDelay: 1_000,
      backoffStrategies: {
        asTold: (_attempts, error) => (error instanceof AgainLater ? error.afterMs : -1),
      },
    },
    defaultJobOptions: {
      attempts: Number.MAX_SAFE_INTEGER,
      backoff: { type: 'asTold' },
      // The record in the store stays; Redis keeps nothing of what is over.
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 1,
    },
  };
}
