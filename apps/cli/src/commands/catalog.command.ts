import { Command } from 'nest-commander';
import { CatalogRebuildCommand } from './catalog-rebuild.command.js';
import { CommandGroup } from './command-group.js';

@Command({
  name: 'catalog',
  description: 'look after the catalog of backups',
  subCommands: [CatalogRebuildCommand],
})
export class CatalogCommand extends CommandGroup {}
