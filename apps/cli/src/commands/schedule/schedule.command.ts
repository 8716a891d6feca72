import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { ScheduleAddCommand } from './schedule-add.command.js';
import { ScheduleEditCommand } from './schedule-edit.command.js';
import { ScheduleListCommand } from './schedule-list.command.js';
import {
  SchedulePauseCommand,
  ScheduleRemoveCommand,
  ScheduleResumeCommand,
} from './schedule-pause.command.js';
import { ScheduleRunCommand } from './schedule-run.command.js';

/** All that goes with the word `schedule`, for the module. */
export const SCHEDULE_COMMANDS = [
  ScheduleListCommand,
  ScheduleAddCommand,
  ScheduleEditCommand,
  SchedulePauseCommand,
  ScheduleResumeCommand,
  ScheduleRemoveCommand,
  ScheduleRunCommand,
];

@Command({
  name: 'schedule',
  description: 'backups that the server makes by itself, at times of the clock',
  subCommands: SCHEDULE_COMMANDS,
})
export class ScheduleCommand extends CommandGroup {}
