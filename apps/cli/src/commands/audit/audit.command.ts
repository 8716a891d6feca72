import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { AuditListCommand } from './audit-list.command.js';
import { AuditVerifyCommand } from './audit-verify.command.js';

@Command({
  name: 'audit',
  description: 'the log of who did what',
  subCommands: [AuditListCommand, AuditVerifyCommand],
})
export class AuditCommand extends CommandGroup {}
