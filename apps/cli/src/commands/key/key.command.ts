import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { KeyCheckCommand } from './key-check.command.js';
import { KeyCreateCommand } from './key-create.command.js';

@Command({
  name: 'key',
  description: 'make and try keys of encrypted backups',
  subCommands: [KeyCreateCommand, KeyCheckCommand],
})
export class KeyCommand extends CommandGroup {}
