import { isApiError } from '../../lib/api-error.js';

const FIELDS = ['name', 'backup_type', 'cron', 'time_zone'] as const;

/** The field of a schedule's form that a refusal is about; null where it is about none, or about several. */
export function fieldOf(error: unknown): (typeof FIELDS)[number] | null {
  // All that two schedules must not share is the name.
  if (isApiError(error, 'conflict')) return 'name';
  if (!isApiError(error, 'validation_error')) return null;
  const { parameter, fields } = error.details;
  const named: unknown = Array.isArray(fields) && fields.length === 1 ? readField(fields[0]) : parameter;
  return FIELDS.find(field => field === named) ?? null;
}

function readField(field: unknown): unknown {
  return typeof field === 'object' && field !== null && 'field' in field ? field.field : null;
}
