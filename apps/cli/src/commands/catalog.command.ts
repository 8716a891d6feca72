import type { Command as CommanderCommand } from 'commander';
import { Command, CommandRunner } from 'nest-commander';
import { CatalogRebuildCommand } from './catalog-rebuild.command.js';

@Command({
  name: 'catalog',
  description: 'look after the catalog of backups',
  subCommands: [CatalogRebuildCommand],
})
export class CatalogCommand extends CommandRunner {
  override setCommand(command: CommanderCommand): this {
    super.setCommand(command);
    command.exitOverride(error => {
      throw error;
    });
    return this;
  }

  /** Alone it can only say what it has. */
  run(): Promise<void> {
    this.command.help({ error: true });
  }
}
