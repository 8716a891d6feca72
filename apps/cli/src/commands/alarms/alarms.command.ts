import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { AlarmsListCommand } from './alarms-list.command.js';
import { AlarmsTestCommand } from './alarms-test.command.js';

@Command({
  name: 'alarms',
  description: 'what is wrong or was, and whether messages about it get through',
  subCommands: [AlarmsListCommand, AlarmsTestCommand],
})
export class AlarmsCommand extends CommandGroup {}
