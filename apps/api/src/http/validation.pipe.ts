import { StandardSchemaValidationPipe } from '@nestjs/common';
import { BackupError } from '@satchel/domain';

type Issues = Parameters<
  NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & object
>[0];

/** Checks parameters and bodies against their schemas. @throws BackupError `validation_error` that names every bad field at once */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: toValidationError });
}

export function toValidationError(issues: Issues): BackupError {
  const fields = issues.slice(0, 20).map(({ path, message }) => ({
    field:
      (path ?? []).map(step => String(typeof step === 'object' ? step.key : step)).join('.') || '(request)',
    problem: message,
  }));
  return new BackupError(
    'validation_error',
    `${fields.length === 1 ? 'A field is' : `${fields.length} fields are`} wrong: ` +
      `${fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ')}.`,
    { fields },
  );
}
