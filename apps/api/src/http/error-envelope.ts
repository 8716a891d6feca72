import type { BackupError } from '@satchel/domain';
import { contractDetails, toJobError } from '@satchel/domain';
import type { Request } from 'express';

/**
 * The body of an error. Of a bug it says nothing but the request's id, under which the log has the rest; folders of the
 * server stay behind in any case.
 */
export function errorEnvelope(error: BackupError, request: Request, now: Date) {
  const bug = error.kind === 'system_error';
  const details = bug ? {} : contractDetails(toJobError(error).context);
  return {
    status: 'error',
    message: bug
      ? 'Something went wrong on our side; nothing more is known here. The log has the details under this request id.'
      : error.message,
    error_type: error.kind,
    ...(Object.keys(details).length > 0 ? { details } : {}),
    ...(typeof request.id === 'string' ? { request_id: request.id } : {}),
    timestamp: now.toISOString(),
  };
}
