import { CopyStore } from '@satchel/domain';
import { JobAlarms, VerifyBackup } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { nonEmpty } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportVerified } from '../report/report-verified.js';
import { givenKeys, IDENTITY_DESCRIPTION, IDENTITY_FLAG, refuseTwoInputs } from '../terminal/given-keys.js';
import { SatchelCommand } from './satchel-command.js';

interface VerifyFlags {
  readonly file: string;
  readonly identity?: string;
}

@Command({ name: 'verify', description: 'read a backup file to its end and check every digest' })
export class VerifyCommand extends SatchelCommand<VerifyFlags> {
  protected readonly examples = [
    'backup_system verify --file=backups/full_backup_20260301T091500_1b2c3d4e.json.zst',
    'backup_system verify --file=full_backup_20260301T091500_1b2c3d4e.json.zst.age --identity=key.txt',
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

  @Option({ flags: IDENTITY_FLAG, description: IDENTITY_DESCRIPTION })
  parseIdentity(text: string): string {
    return nonEmpty('--identity', text);
  }

  protected async execute(flags: VerifyFlags): Promise<Outcome> {
    refuseTwoInputs(flags.file, flags.identity);
    const installation = await this.session.open();
    const found = await installation.findBackupFile(flags.file, process.stdin);
    try {
      const { file, manifest } = found;
      const keys = await givenKeys(
        this.session,
        flags.identity,
        installation.config.passphrase !== null,
        () => Promise.resolve(file),
      );
      const verify = () =>
        installation.get(VerifyBackup).run({ file, manifest, keys }, this.session.runOptions());
      // Without a manifest it is no backup of ours, nobody else's business, and needs no catalog.
      if (manifest === null) return reportVerified(await verify(), []);
      const { header, stored } = manifest;
      const backupId = header.backup.id;
      const work = { kind: 'verify', backupId, file: stored.file } as const;
      const result = await installation.get(JobAlarms).around(work, verify);
      const copies = await installation
        .get(CopyStore)
        .find({ backupIds: [backupId] })
        .catch(() => []);
      return reportVerified(result, copies);
    } finally {
      await found.close();
    }
  }
}
