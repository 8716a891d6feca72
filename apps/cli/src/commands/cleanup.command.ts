import type { KeepRules } from '@satchel/domain';
import { BackupError } from '@satchel/domain';
import type { PruneBackupsResult } from '@satchel/use-cases';
import { JobAlarms, PruneBackups } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { wholeNumber } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportPruned } from '../report/report-pruned.js';
import { counted } from '../terminal/quantity.js';
import { SatchelCommand } from './satchel-command.js';

interface CleanupFlags extends Partial<KeepRules> {
  readonly days?: number;
  readonly confirm?: boolean;
  readonly dryRun?: boolean;
}

@Command({
  name: 'cleanup',
  description:
    'delete the backups that no rule keeps; the newest good one of each type and what is pinned always stay',
})
export class CleanupCommand extends SatchelCommand<CleanupFlags> {
  protected readonly examples = [
    'backup_system cleanup --days=30 --dry-run',
    'backup_system cleanup --days=30 --confirm     (for cron: does not ask)',
    'backup_system cleanup --days=7 --keep-weekly=8 --keep-yearly=10 --dry-run',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-d, --days <number>',
    description: 'keep backups younger than this (default: BACKUP_RETENTION_DAYS, 30)',
  })
  parseDays(text: string): number {
    return wholeNumber('--days', { min: 0, max: 99_999 }, text);
  }

  @Option({ flags: '--keep-last <number>', description: 'also keep so many of the newest of each type' })
  parseKeepLast(text: string): number {
    return howMany('--keep-last', text);
  }

  @Option({ flags: '--keep-daily <number>', description: 'also keep the newest of each of so many days' })
  parseKeepDaily(text: string): number {
    return howMany('--keep-daily', text);
  }

  @Option({ flags: '--keep-weekly <number>', description: '… weeks' })
  parseKeepWeekly(text: string): number {
    return howMany('--keep-weekly', text);
  }

  @Option({ flags: '--keep-monthly <number>', description: '… months' })
  parseKeepMonthly(text: string): number {
    return howMany('--keep-monthly', text);
  }

  @Option({ flags: '--keep-yearly <number>', description: '… years (default of all: RETENTION_KEEP_…)' })
  parseKeepYearly(text: string): number {
    return howMany('--keep-yearly', text);
  }

  @Option({ flags: '--confirm', description: 'delete without asking' })
  parseConfirm(): boolean {
    return true;
  }

  @Option({ flags: '--dry-run', description: 'only show what would be deleted' })
  parseDryRun(): boolean {
    return true;
  }

  protected async execute(flags: CleanupFlags): Promise<Outcome> {
    const sure = flags.confirm === true;
    const dryRun = flags.dryRun === true;
    if (!sure && !dryRun && !this.session.canAsk) {
      throw new BackupError(
        'validation_error',
        'There is no terminal to ask at. Give --confirm to delete, or --dry-run to see what would be deleted.',
        { parameter: '--confirm' },
      );
    }
    const installation = await this.session.open();
    const days = flags.days ?? installation.config.retentionDays;
    const rules = rulesOf(flags);
    const prune = (confirm: boolean): Promise<PruneBackupsResult> =>
      installation.get(PruneBackups).run({ days, rules, confirm }, this.session.runOptions());
    const remove = () =>
      installation.get(JobAlarms).around({ kind: 'cleanup' }, () => prune(true), countFailed);
    if (sure && !dryRun) return reportPruned(await remove());
    const preview = await prune(false);
    const doomed = preview.backups.filter(({ outcome }) => outcome === 'would be deleted').length;
    if (dryRun || doomed === 0) return reportPruned(preview);
    const { message, text } = reportPruned(preview);
    if (!(await this.session.confirm(`${message}\n${text}`, `Delete ${counted(doomed, 'backup')}?`))) {
      throw new BackupError('cancelled', 'Nothing was deleted.');
    }
    return reportPruned(await remove());
  }
}

function howMany(flag: string, text: string): number {
  return wholeNumber(flag, { min: 0, max: 9999 }, text);
}

/** Only those that are given: the others are the settings'. */
function rulesOf({
  keepLast,
  keepDaily,
  keepWeekly,
  keepMonthly,
  keepYearly,
}: CleanupFlags): Partial<KeepRules> {
  return {
    ...(keepLast === undefined ? {} : { keepLast }),
    ...(keepDaily === undefined ? {} : { keepDaily }),
    ...(keepWeekly === undefined ? {} : { keepWeekly }),
    ...(keepMonthly === undefined ? {} : { keepMonthly }),
    ...(keepYearly === undefined ? {} : { keepYearly }),
  };
}

function countFailed({ backups }: PruneBackupsResult): number {
  return backups.filter(({ outcome }) => outcome === 'failed').length;
}
