import type { ErrorKind } from '@satchel/domain';

/** HTTP's word for each kind of error. */
export const ERROR_STATUS: Readonly<Record<ErrorKind, number>> = {
  validation_error: 400,
  auth_error: 401,
  permission_error: 403,
  csrf_error: 403,
  not_found: 404,
  conflict: 409,
  cancelled: 409,
  too_large: 413,
  invalid_backup: 422,
  unsupported: 422,
  wrong_key: 422,
  restore_failed: 422,
  rate_limited: 429,
  unavailable: 503,
  system_error: 500,
};
