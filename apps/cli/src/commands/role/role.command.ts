import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { RoleListCommand } from './role-list.command.js';
import { RoleRemoveCommand } from './role-remove.command.js';
import { RoleSetCommand } from './role-set.command.js';

@Command({
  name: 'role',
  description: 'named lists of permissions, to give to users',
  subCommands: [RoleListCommand, RoleSetCommand, RoleRemoveCommand],
})
export class RoleCommand extends CommandGroup {}
