import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { BackupError, throwIfCancelled } from '@satchel/domain';
import { unpackedLimit } from '@satchel/use-cases';
import { OpenedFile, refuseTooLarge } from './opened-file.js';

export interface SpoolOptions {
  /** For messages: `standard input`. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keeps a stream that can be read only once in a temporary file (mode 0600), so that it can be read again. The file
 * has no name any more once it is open: whatever happens to this process, the system removes it.
 *
 * @throws BackupError `cancelled`, `too_large` beyond `maxBytes`, `invalid_backup` if nothing comes, `unavailable` if the disk is full
 */
export async function spoolToDisk(input: Readable, options: SpoolOptions): Promise<OpenedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'satchel-')).catch((cause: unknown) => {
    throw noTemporarySpace(cause);
  });
  let handle: FileHandle;
  try {
    handle = await open(join(folder, 'input'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  try {
    let sizeBytes = 0;
    // Nobody may ever type anything: an abort must end the waiting too.
    if (options.signal) addAbortSignal(options.signal, input);
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length;
      if (sizeBytes > options.maxBytes) refuseTooLarge(options.name, null, options.maxBytes);
      await handle.writev([chunk]).catch((cause: unknown) => {
        throw noTemporarySpace(cause);
      });
    }
    if (sizeBytes === 0) {
      throw new BackupError('invalid_backup', `Nothing came from ${options.name}; a backup was expected.`, {
        file: options.name,
      });
    }
    return new OpenedFile(options.name, sizeBytes, handle, unpackedLimit(sizeBytes));
  } catch (error) {
    await handle.close();
    throwIfCancelled(options.signal);
    throw error;
  }
}

function noTemporarySpace(cause: unknown): BackupError {
  return new BackupError(
    'unavailable',
    `The folder for temporary files (${tmpdir()}) cannot be written to; make room in it or point TMPDIR elsewhere.`,
    { folder: tmpdir() },
    { cause },
  );
}
