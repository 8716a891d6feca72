import { gigabytes, moment, type Phrases } from './phrases.js';

const errors: Phrases['errors'] = {
  validation_error: 'a setting or a parameter is wrong',
  auth_error: 'somebody is not signed in',
  permission_error: 'something is not allowed to the role or user that Satchel works as',
  csrf_error: 'a request came from elsewhere',
  not_found: 'something that is needed is not there',
  conflict: 'something else was in the way',
  cancelled: 'it was stopped',
  too_large: 'a limit was exceeded',
  invalid_backup: 'the file is damaged or no backup',
  unsupported: 'a version that is not supported',
  wrong_key: 'the key does not fit',
  restore_failed: 'the database refused a row',
  rate_limited: 'too many requests',
  unavailable: 'database, queue or storage was out of reach',
  system_error: 'an error of the program; its log has the details',
};

export const ENGLISH: Phrases = {
  alarms: {
    backup_failed: (subject, { name, error }) => ({
      title: `The backup "${subject}" failed`,
      lines: [
        ...(name === null ? [] : [`Name: ${name}.`]),
        `Reason: ${errors[error]}.`,
        'The earlier backups are as they were. Look at the job, remove the cause, and make a backup.',
      ],
    }),
    backup_overdue: (subject, { lastGoodAt, allowedHours }) => ({
      title: `There is no recent backup of "${subject}"`,
      lines: [
        lastGoodAt === null
          ? 'There is no good backup at all.'
          : `The newest good one is of ${moment(lastGoodAt)}.`,
        `${allowedHours === null ? 'Its schedule has not run, or no good backup came of it.' : `One is expected every ${allowedHours} hours.`} What has changed since would be lost with the database.`,
      ],
    }),
    backup_unverified: (subject, { backups, file, readAt, allowedDays }) => ({
      title: `Backups of "${subject}" have not been read for long`,
      lines: [
        `${backups} of them have not been read back within ${allowedDays} days, so nobody knows whether they still can be.`,
        ...(file === null ? [] : [`Longest: ${file}${readAt === null ? '' : `, read ${moment(readAt)}`}.`]),
        'Verify them.',
      ],
    }),
    restore_failed: (_subject, { file, error }) => ({
      title: 'A restore failed',
      lines: [
        ...(file === null ? [] : [`File: ${file}.`]),
        `Reason: ${errors[error]}.`,
        'Nothing was changed. The job says what to do.',
      ],
    }),
    drill_failed: (subject, { error }) => ({
      title: `The restore drill of "${subject}" failed`,
      lines: [
        `Reason: ${errors[error]}.`,
        'The newest backup of this type could not be restored when it was tried. Make another, and try again.',
      ],
    }),
    copy_failed: (subject, { file, error }) => ({
      title: `A backup could not be copied to "${subject}"`,
      lines: [
        ...(file === null ? [] : [`File: ${file}.`]),
        `Reason: ${errors[error]}.`,
        'The backup exists, but not in all places where it should.',
      ],
    }),
    copy_damaged: (subject, { file, destination }) => ({
      title: 'A stored backup is damaged',
      lines: [
        `Backup: ${file ?? subject}${destination === null ? '' : `, in "${destination}"`}.`,
        'It cannot be restored from there. Make a new backup, and find out what is wrong with the storage.',
      ],
    }),
    retention_failed: (subject, { backups }) => ({
      title: `Old backups could not be deleted (${subject})`,
      lines: [
        `${backups} of them are still there. Nothing is lost, but the storage fills.`,
        'Look at the permissions of the storage.',
      ],
    }),
    storage_nearly_full: (_subject, { usedPercent, freeBytes, daysUntilFull }) => ({
      title: 'The storage of backups is nearly full',
      lines: [
        `${gigabytes(freeBytes)} are left${usedPercent === null ? '' : ` (${usedPercent} % used)`}.`,
        ...(daysUntilFull === null ? [] : [`At the present rate it is full in ${daysUntilFull} days.`]),
        'Make room, or keep backups for a shorter time.',
      ],
    }),
    service_down: (subject, { error }) => ({
      title: `${{ database: 'The database', catalog: 'The catalog', storage: 'The storage of backups', queue: 'The queue', workers: 'Every worker' }[subject] ?? subject} cannot be used`,
      lines: [
        ...(error === null ? [] : [`Reason: ${errors[error]}.`]),
        'Backups cannot be made as long as this lasts.',
      ],
    }),
    sign_in_attack: (subject, { refused, minutes }) => ({
      title: 'Somebody may be guessing passwords',
      lines: [
        `${refused} sign-ins were refused within ${minutes} minutes: ${subject.replace(/^user:/, 'user ').replace(/^address:/, 'address ')}.`,
        'Satchel slows them down. If it was not the person themselves, block the address.',
      ],
    }),
    audit_broken: (_subject, { problems, firstNumber }) => ({
      title: 'The audit log was tampered with',
      lines: [
        `${problems} places do not fit, the first at entry ${firstNumber}.`,
        'Somebody with access to the database has changed it. "backup_system audit verify" shows where.',
      ],
    }),
    delivery_failed: (subject, { attempts, problem }) => ({
      title: `Alarms do not get through by ${subject}`,
      lines: [`Given up after ${attempts} attempts: ${problem}`, 'Check its settings, then test it.'],
    }),
  },
  errors,
  events: { raised: 'Alarm', repeated: 'Still', resolved: 'Well again' },
  test: {
    title: 'Test: alarms of Satchel arrive here',
    lines: ['Nothing is wrong. Somebody has tried whether messages get through.'],
  },
  since: at => `Since ${at}.`,
  until: at => `Over at ${at}.`,
  openSatchel: 'Open Satchel',
};
