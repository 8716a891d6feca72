import { BackupError } from '@satchel/domain';
import type { Command } from 'commander';
import { CommanderError } from 'commander';

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

/**
 * Commander suggests no flag for one that was given with its value (`--typ=full`): it compares the whole word. So the
 * mistake is made once more with the flag alone.
 *
 * @returns the error with a suggestion; the same one where it needs none
 */
export function suggestOption(error: CommanderError, command: Command): CommanderError {
  const [, flag] = /^error: unknown option '(--[^=']+)=/.exec(error.message) ?? [];
  if (flag === undefined) return error;
  const twin = command
    .createCommand(command.name())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const option of command.options) twin.addOption(option);
  try {
    twin.parse([flag], { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown;
  }
  return error;
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
