import type { Compression } from '@satchel/domain';
import { BackupError, COMPRESSIONS, newBackupId } from '@satchel/domain';
import { ChooseDestinations, CreateBackup, JobAlarms, KeepCopies } from '@satchel/use-cases';
import { Command, Option } from 'nest-commander';
import { CliSession } from '../cli-session.js';
import { addRecipients, addWords, chosenDestinations, nonEmpty, oneOf, wholeNumber } from '../flags.js';
import type { Outcome } from '../output.js';
import { reportCreated } from '../report/report-created.js';
import { SatchelCommand } from './satchel-command.js';

interface CreateFlags {
  readonly type?: string;
  readonly name?: string;
  readonly outputDir?: string;
  readonly compression?: Compression;
  readonly jobs?: number;
  readonly recipient?: readonly string[];
  readonly destination?: readonly string[];
}

@Command({ name: 'create', description: 'back up the database to a JSON file, and read it back to be sure' })
export class CreateCommand extends SatchelCommand<CreateFlags> {
  protected readonly examples = [
    'backup_system create',
    'backup_system create --type=students --name=before_promotion',
    'backup_system create --type=full --output-dir=/mnt/usb --compression=gzip',
    'backup_system create --destination=off-site',
    'backup_system create --recipient=age1k9… --recipient=age1zv…',
    'backup_system create --jobs=2 --json | jq -r .data.path',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '-t, --type <type>',
    description:
      'what to back up: full, students, financial, teachers, or a type of satchel.config.json (default: full)',
  })
  parseType(text: string): string {
    return nonEmpty('--type', text);
  }

  @Option({
    flags: '-n, --name <name>',
    description: 'what the file name begins with (default: the type); date, time and a number are added',
  })
  parseName(text: string): string {
    return nonEmpty('--name', text);
  }

  @Option({
    flags: '-o, --output-dir <folder>',
    description: 'where to write the file (default: BACKUP_DIR, "backups")',
  })
  parseOutputDir(text: string): string {
    return nonEmpty('--output-dir', text);
  }

  @Option({ flags: '--compression <kind>', description: 'none, gzip or zstd (default: zstd)' })
  parseCompression(text: string): Compression {
    return oneOf('--compression', COMPRESSIONS, text);
  }

  @Option({
    flags: '-j, --jobs <number>',
    description:
      'connections to read with at the same time, 1 to 16 (default: 1); no more than half the processors where the server is on this machine',
  })
  parseJobs(text: string): number {
    return wholeNumber('--jobs', { min: 1, max: 16 }, text);
  }

  @Option({
    flags: '-r, --recipient <age1...>',
    description:
      'encrypt it for this public key, in place of BACKUP_RECIPIENTS; may be given again, each key opens it',
  })
  parseRecipient(text: string, before: readonly string[] | undefined): readonly string[] {
    return addRecipients('--recipient', text, before);
  }

  @Option({
    flags: '-d, --destination <name>',
    description:
      'keep it there beside the primary, and nowhere else; may be given again (default: all of BACKUP_DESTINATIONS)',
  })
  parseDestination(text: string, before: readonly string[] | undefined): readonly string[] {
    return addWords('--destination', text, before);
  }

  protected async execute(flags: CreateFlags): Promise<Outcome> {
    const named = chosenDestinations('--destination', flags.destination);
    if (named !== undefined && flags.outputDir !== undefined) {
      throw new BackupError(
        'validation_error',
        'A backup in a folder of its own (--output-dir) is kept nowhere else; leave --destination out.',
        { parameter: '--destination' },
      );
    }
    const installation = await this.session.open(flags.outputDir);
    const jobs = flags.jobs ?? 1;
    const destinations = installation.get(ChooseDestinations).run(named ?? null);
    const startedMs = performance.now();
    const [backupId, scopeName, name] = [newBackupId(), flags.type ?? 'full', flags.name ?? null];
    const work = { kind: 'backup', jobId: backupId, scopeName, name } as const;
    const create = () =>
      installation.get(CreateBackup).run(
        {
          backupId,
          scopeName,
          name,
          compression: flags.compression ?? 'zstd',
          jobs,
          requestedBy: this.session.user,
          destinations,
          ...(flags.recipient && { encryptFor: { recipients: flags.recipient } }),
        },
        this.session.runOptions(),
      );
    const result = await installation.get(JobAlarms).around(work, create);
    // What is put into a folder of its own is not kept elsewhere; else a copy that fails is a warning, and the backup stands.
    const { warnings } =
      flags.outputDir === undefined
        ? await installation.get(KeepCopies).afterBackup(result.manifest, this.session.runOptions())
        : { warnings: [] };
    const all = { ...result, warnings: [...result.warnings, ...warnings] };
    return reportCreated(all, performance.now() - startedMs, jobs);
  }
}
