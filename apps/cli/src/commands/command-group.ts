import { BackupError } from '@satchel/domain';
import type { Command as CommanderCommand } from 'commander';
import { CommandRunner } from 'nest-commander';

/** A word that only has commands below it. Alone it can only say what it has. */
export abstract class CommandGroup extends CommandRunner {
  override setCommand(command: CommanderCommand): this {
    super.setCommand(command);
    command.exitOverride(error => {
      throw error;
    });
    return this;
  }

  run([word]: readonly string[]): Promise<void> {
    if (word === undefined) this.command.help({ error: true });
    const known = this.command.commands.map(command => command.name());
    throw new BackupError(
      'validation_error',
      `Unknown command '${word.slice(0, 100)}' of ${this.command.name()}; it has: ${known.join(', ')}.`,
    );
  }
}
