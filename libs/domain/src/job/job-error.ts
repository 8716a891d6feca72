import type { BackupError } from '../errors.js';
import type { JobError } from './job.js';

/** Members of an error's context that say where something is on the server; people at other machines get the rest. */
const PLACES = new Set(['folder', 'location', 'path', 'stack', 'sql']);

/**
 * What a job's record keeps of an error. A record is shown to people at other machines, so folders of the server stay
 * behind, and so do the words of an error that nobody foresaw: they belong in the log.
 */
export function toJobError({ kind, message, context, cause }: BackupError): JobError {
  const unforeseen = kind === 'system_error' && cause !== undefined;
  return {
    kind,
    message: unforeseen
      ? 'Something went wrong that should not have: an error of the program. The log of the process that ran this job has the details.'
      : message,
    context: Object.fromEntries(Object.entries(context).filter(([name]) => !PLACES.has(name))),
  };
}
