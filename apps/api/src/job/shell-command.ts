import type { BackupJob, JobCommand, JobRecord, RestoreJob } from '@satchel/domain';

/**
 * What to run at a shell to do what a job does; files that were sent have to be there under the same name.
 *
 * @param command as it was asked for; null where that is not kept, as of what was done at a shell
 */
export function shellCommand(job: JobRecord, command: JobCommand | null): string {
  return ['npx backup_system', ...[...words(job), ...flags(command)].map(quote)].join(' ');
}

/** What was asked for beside what the record says, where it is not what the shell does by itself. */
function flags(command: JobCommand | null): readonly string[] {
  switch (command?.kind) {
    case 'backup':
      return backupFlags(command);
    case 'restore':
      return restoreFlags(command);
    case 'undo':
      return [
        ...(command.overwriteEdited ? ['--overwrite-edited'] : []),
        ...(command.safetyBackup ? [] : ['--no-safety-backup']),
      ];
    default:
      return [];
  }
}

function backupFlags({ compression, jobs, destinations }: BackupJob): readonly string[] {
  return [
    ...(compression === 'zstd' ? [] : [`--compression=${compression}`]),
    ...(jobs === 1 ? [] : [`--jobs=${jobs}`]),
    ...(destinations ?? []).map(name => `--destination=${name}`),
  ];
}

function restoreFlags({
  duplicateStrategy,
  allowMissing,
  fill,
  only,
  safetyBackup,
}: RestoreJob): readonly string[] {
  return [
    ...(duplicateStrategy === 'update' ? [] : [`--duplicate-strategy=${duplicateStrategy}`]),
    ...(allowMissing ? ['--allow-missing'] : []),
    ...Object.entries(fill).map(([column, value]) => `--fill=${column}=${value}`),
    ...only.map(table => `--restricted=${table}`),
    ...(safetyBackup ? [] : ['--no-safety-backup']),
  ];
}

function words({ kind, scopeName, name, mode, file, backupId, report }: JobRecord): readonly string[] {
  switch (kind) {
    case 'backup':
      return ['create', `--type=${scopeName ?? 'full'}`, ...(name === null ? [] : [`--name=${name}`])];
    case 'restore':
      return ['restore', `--file=${file ?? backupId ?? ''}`, `--mode=${mode ?? 'merge'}`];
    case 'undo':
      return ['undo', member(report, 'undoes') ?? 'RESTORE_ID'];
    case 'verify':
      return ['verify', `--file=${file ?? backupId ?? ''}`];
    case 'cleanup':
      return ['cleanup', `--days=${member(report, 'days') ?? 'DAYS'}`, '--confirm'];
    case 'drill':
      return ['drill', `--type=${scopeName ?? 'full'}`];
  }
}

function member(report: unknown, name: string): string | null {
  if (typeof report !== 'object' || report === null) return null;
  const value = (report as Record<string, unknown>)[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** A name may hold anything; in single quotes a shell takes it as it is. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
