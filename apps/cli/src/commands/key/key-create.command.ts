import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeKeyPair } from '@satchel/archive';
import { BackupError } from '@satchel/domain';
import { Option, SubCommand } from 'nest-commander';
import { CliSession } from '../../cli-session.js';
import { nonEmpty } from '../../flags.js';
import type { Outcome } from '../../output.js';
import { recoverySheetHtml, recoverySheetText } from '../../report/recovery-sheet.js';
import { SatchelCommand } from '../satchel-command.js';

interface KeyCreateFlags {
  readonly recoverySheet?: string;
}

/** Needs no settings and no database: it may well run on another machine than the one that backs up. */
@SubCommand({
  name: 'create',
  description: 'make a key pair for encrypted backups; the secret key is shown once and stored nowhere',
})
export class KeyCreateCommand extends SatchelCommand<KeyCreateFlags> {
  protected readonly examples = [
    'backup_system key create --recovery-sheet=sheet.html',
    'backup_system key create --json | jq -r .data.recipient',
  ];

  constructor(session: CliSession) {
    super(session);
  }

  @Option({
    flags: '--recovery-sheet <file.html>',
    description:
      'write a page to be printed and kept in a safe; it holds the secret key, so remove the file then',
  })
  parseRecoverySheet(text: string): string {
    return nonEmpty('--recovery-sheet', text);
  }

  protected async execute({ recoverySheet }: KeyCreateFlags): Promise<Outcome> {
    const pair = await makeKeyPair();
    const sheet = { ...pair, createdAt: new Date() };
    if (recoverySheet !== undefined) await writeSheet(recoverySheet, recoverySheetHtml(sheet));
    return {
      message: 'Made a key pair. The secret key is shown here and never again: keep it now.',
      text: recoverySheetText(sheet),
      data: {
        recipient: pair.recipient,
        identity: pair.identity.reveal(),
        created_at: sheet.createdAt.toISOString(),
        recovery_sheet: recoverySheet === undefined ? null : resolve(recoverySheet),
      },
      warnings:
        recoverySheet === undefined
          ? []
          : [
              `${resolve(recoverySheet)} holds the secret key: print it, put it in a safe, and remove the file.`,
            ],
    };
  }
}

/** For its owner alone, and never over a file that is there: it may be the sheet of a key that is in use. */
async function writeSheet(path: string, html: string): Promise<void> {
  try {
    await writeFile(path, html, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new BackupError(
      'validation_error',
      code === 'EEXIST'
        ? `${path} is there already, and may be the sheet of a key that is in use. Give another name.`
        : `${path} cannot be written (${code}). No key was made.`,
      { parameter: '--recovery-sheet', file: path },
      { cause },
    );
  }
}
