import { BackupError } from '@satchel/domain';

/** What Commander throws for a mistake in the command line, and (with exit code 0) when it has shown help. */
export interface UsageError extends Error {
  readonly code: string;
  readonly exitCode: number;
}

export function isUsageError(thrown: unknown): thrown is UsageError {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    thrown.code.startsWith('commander.') &&
    'exitCode' in thrown
  );
}

/** Says a mistake in the command line in our own form; Commander's suggestion ("Did you mean …?") stays in it. */
export function toUsageError(error: UsageError): BackupError {
  if (error.code === 'commander.help') {
    return new BackupError('validation_error', 'No command was given; the help above lists them.');
  }
  const said = error.message.replace(/^error: /, '').trim();
  const message = said.charAt(0).toUpperCase() + said.slice(1).replace(/\n+/g, ' ');
  return new BackupError('validation_error', /[.?)]$/.test(message) ? message : `${message}.`);
}
