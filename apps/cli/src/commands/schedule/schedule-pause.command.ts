import { EditSchedules } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportSchedule, scheduleGone } from '../../report/report-schedule.js';
import { SatchelCommand } from '../satchel-command.js';
import { NAMED } from './schedule-flags.js';

@SubCommand({ ...NAMED, name: 'pause', description: 'let a schedule rest; what it misses is not caught up' })
export class SchedulePauseCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system schedule pause nightly'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [named = '']: readonly string[]): Promise<Outcome> {
    const schedules = (await this.session.open()).get(EditSchedules);
    const schedule = await schedules.pause(named, this.session.runOptions());
    return reportSchedule(`The schedule ${schedule.name} rests.`, schedule);
  }
}

@SubCommand({ ...NAMED, name: 'resume', description: 'let a schedule go on, from its next time' })
export class ScheduleResumeCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system schedule resume nightly'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [named = '']: readonly string[]): Promise<Outcome> {
    const schedules = (await this.session.open()).get(EditSchedules);
    const schedule = await schedules.resume(named, this.session.runOptions());
    return reportSchedule(`The schedule ${schedule.name} goes on.`, schedule);
  }
}

@SubCommand({ ...NAMED, name: 'remove', description: 'remove a schedule; backups that it has made stay' })
export class ScheduleRemoveCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system schedule remove nightly'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [named = '']: readonly string[]): Promise<Outcome> {
    const schedules = (await this.session.open()).get(EditSchedules);
    return scheduleGone(await schedules.remove(named, this.session.runOptions()));
  }
}
