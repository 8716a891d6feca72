import { isApiError } from './api-error.js';

/** The field of a form that a refusal is about; null where it is about none, or about several. */
export function refusedField(error: unknown): string | null {
  if (!isApiError(error, 'validation_error')) return null;
  const { parameter, fields } = error.details;
  const named = Array.isArray(fields) && fields.length === 1 ? fieldName(fields[0]) : parameter;
  return typeof named === 'string' ? named : null;
}

/** Of an entry in a list it is the list's. */
function fieldName(field: unknown): string | null {
  if (typeof field !== 'object' || field === null || !('field' in field)) return null;
  return typeof field.field === 'string' ? (field.field.split('.')[0] ?? null) : null;
}
