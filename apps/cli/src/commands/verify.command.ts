import { JobAlarms, VerifyBackup } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportVerified } from '../report/report-verified.js';
import { SatchelCommand } from './satchel-command.js';

interface VerifyFlags {
  readonly file: string;
}

@Command({ name: 'verify', description: 'read a backup file to its end and check every digest' })
export class VerifyCommand extends SatchelCommand<VerifyFlags> {
  protected readonly examples = [
    'backup_system verify --file=backups/full_backup_20260301T091500_1b2c3d4e.json.zst',
    'backup_system verify --file=- < students.json',
    'backup_system verify --file=old_dumpdata.json --json | jq .data.tables',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-f, --file <file>',
    description: 'the backup file: a path, the name of a stored backup, or - for standard input',
    required: true,
  })
  parseFile(text: string): string {
    return nonEmpty('--file', text);
  }

  protected async execute(flags: VerifyFlags): Promise<Outcome> {
    const installation = await this.session.open();
    const found = await installation.findBackupFile(flags.file, process.stdin);
    try {
      const verify = () => installation.get(VerifyBackup).run(found, this.session.runOptions());
      const { manifest } = found;
      // Without a manifest it is no backup of ours, and nobody else's business.
      if (manifest === null) return reportVerified(await verify());
      const { header, stored } = manifest;
      const work = { kind: 'verify', backupId: header.backup.id, file: stored.file } as const;
      return reportVerified(await installation.get(JobAlarms).around(work, verify));
    } finally {
      await found.close();
    }
  }
}
