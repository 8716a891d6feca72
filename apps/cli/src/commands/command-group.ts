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

  run(): Promise<void> {
    this.command.help({ error: true });
  }
}
