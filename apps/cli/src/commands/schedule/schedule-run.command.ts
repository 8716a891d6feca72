import { newBackupId } from '@satchel/domain';
import type { CreateBackupResult } from '@satchel/use-cases';
import { CreateBackup, EditSchedules, KeepCopies } from '@satchel/use-cases';
import { SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import type { Outcome } from '../../output.js';
import { reportCreated } from '../../report/report-created.js';
import { SatchelCommand } from '../satchel-command.js';
import { NAMED } from './schedule-flags.js';

@SubCommand({
  ...NAMED,
  name: 'run',
  description: "make a schedule's backup now, in this process; its next time stays as it is",
})
export class ScheduleRunCommand extends SatchelCommand<object> {
  protected readonly examples = ['backup_system schedule run nightly'];

  constructor(session: CliSession) {
    super(session);
  }

  protected async execute(_flags: object, [named = '']: readonly string[]): Promise<Outcome> {
    const installation = await this.session.open();
    const create = installation.get(CreateBackup);
    const startedMs = performance.now();
    const made: CreateBackupResult[] = [];
    const options = this.session.runOptions();
    await installation.get(EditSchedules).runNow(
      named,
      async ({ name, scopeName, compression, destinations }) => {
        const backupId = newBackupId();
        const requestedBy = this.session.user;
        const asked = { backupId, scopeName, name, compression, jobs: 1, requestedBy, destinations };
        made.push(await create.run(asked, options));
        return backupId;
      },
      options,
    );
    const [result] = made as [CreateBackupResult];
    const { warnings } = await installation.get(KeepCopies).afterBackup(result.manifest, options);
    const all = { ...result, warnings: [...result.warnings, ...warnings] };
    return reportCreated(all, performance.now() - startedMs);
  }
}
