import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { UserAddCommand } from './user-add.command.js';
import { UserDisableCommand, UserEnableCommand } from './user-enable.command.js';
import { UserGrantCommand } from './user-grant.command.js';
import { UserListCommand } from './user-list.command.js';
import { UserPasswdCommand } from './user-passwd.command.js';
import { UserRolesCommand } from './user-roles.command.js';

@Command({
  name: 'user',
  description: 'who may sign in to the server, and what they may do there',
  subCommands: [
    UserAddCommand,
    UserListCommand,
    UserPasswdCommand,
    UserRolesCommand,
    UserGrantCommand,
    UserEnableCommand,
    UserDisableCommand,
  ],
})
export class UserCommand extends CommandGroup {}
