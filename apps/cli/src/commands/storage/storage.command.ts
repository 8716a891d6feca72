import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { StorageCheckCommand } from './storage-check.command.js';
import { StorageCopyCommand } from './storage-copy.command.js';
import { StorageListCommand } from './storage-list.command.js';

@Command({
  name: 'storage',
  description: 'look after the places that backups are kept in',
  subCommands: [StorageListCommand, StorageCheckCommand, StorageCopyCommand],
})
export class StorageCommand extends CommandGroup {}
