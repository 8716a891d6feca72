import type { z } from 'zod';
import { toValidationError } from './validation.pipe.js';

/** Checks what no decorator of a route could. @throws BackupError `validation_error` that names every bad field at once */
export function checkSchema<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw toValidationError(checked.error.issues);
}
