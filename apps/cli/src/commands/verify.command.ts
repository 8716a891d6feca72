import { CopyStore } from '@satchel/domain';
import { VerifyBackup } from '@satchel/use-cases';
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
      const result = await installation.get(VerifyBackup).run(found, this.session.runOptions());
      // A file without a manifest is none of ours, and needs no catalog.
      const copies =
        found.manifest === null
          ? []
          : await installation
              .get(CopyStore)
              .find({ backupIds: [found.manifest.header.backup.id] })
              .catch(() => []);
      return reportVerified(result, copies);
    } finally {
      await found.close();
    }
  }
}
