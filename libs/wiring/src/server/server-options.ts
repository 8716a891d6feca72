import type { JobLog } from '@satchel/jobs';
import type { WiringOptions } from '../wiring.module.js';

export interface ServerOptions extends WiringOptions {
  /** Where the queue says what it does. */
  readonly log: JobLog;
  /** Whether this process runs jobs, or only asks for them: a worker does, and an API that has no Redis. */
  readonly takesJobs: boolean;
}
