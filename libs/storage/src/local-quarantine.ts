import { randomUUID } from 'node:crypto';
import { mkdir, lstat, open, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isBackupId, throwIfCancelled, UploadQuarantine, type Clock, type Upload } from '@satchel/domain';
import { Abortable } from './abortable.js';
import { resolveRange, type ByteRange } from './byte-range.js';
import { pullBody } from './pull-body.js';
import { toQuarantineError, uploadGone, uploadTooLarge } from './quarantine-error.js';
import { readBlocks } from './read-blocks.js';
import { errorCode } from './storage-error.js';
import { uploadName } from './upload-name.js';

/** What may stand after an upload's id in a file's name; in the order in which the files come to be. */
const ENDINGS = ['.partial', '.upload', '.json.partial', '.json'] as const;

type Ending = (typeof ENDINGS)[number];

/** What the note beside a file says; the id is its name, and the size the file's own. */
interface Note {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
}

/**
 * Keeps what strangers send in one folder, readable by its owner alone: `<id>.partial` while it comes in, then
 * `<id>.upload`, and last the note `<id>.json`, which makes it an upload. Nothing that was sent becomes a path. A power
 * failure may take an upload away, which is sent again then, so nothing is synced.
 */
export class LocalQuarantine extends UploadQuarantine {
  readonly #folder: string;
  readonly #clock: Clock;

  /** @param folder made at the first upload if missing; API and workers share it. `UPLOAD_DIR` in messages */
  constructor(folder: string, clock: Clock) {
    super();
    this.#folder = resolve(folder);
    this.#clock = clock;
  }

  override async receive(
    givenName: string,
    body: AsyncIterable<Uint8Array>,
    { maxBytes }: { readonly maxBytes: number },
    signal?: AbortSignal,
  ): Promise<Upload> {
    using stop = new Abortable(signal);
    const uploadId = randomUUID();
    const name = uploadName(givenName);
    try {
      await guard(mkdir(this.#folder, { recursive: true, mode: 0o700 }));
      const sizeBytes = await this.#takeIn(uploadId, name, body, maxBytes, stop);
      throwIfCancelled(signal);
      const receivedAt = this.#clock.now();
      await guard(this.#complete(uploadId, { name, receivedAt: receivedAt.toISOString() }));
      return { uploadId, name, sizeBytes, receivedAt };
    } catch (error) {
      // What failed is what matters; a file that cannot be removed now is swept later.
      await this.#removeFiles(uploadId).catch(() => undefined);
      throw error;
    }
  }

  override async stat(uploadId: string): Promise<Upload | null> {
    if (!isBackupId(uploadId)) return null;
    const note = await guard(this.#readNote(uploadId));
    const file = await guard(lstat(this.#path(uploadId, '.upload')).catch(missingAsNull));
    if (note === null || !file?.isFile()) return null;
    return { uploadId, name: note.name, sizeBytes: file.size, receivedAt: new Date(note.receivedAt) };
  }

  override async open(uploadId: string, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    throwIfCancelled(signal);
    if ((await this.stat(uploadId)) === null) throw uploadGone(uploadId);
    const handle = await guard(open(this.#path(uploadId, '.upload'), 'r').catch(missingAsNull));
    if (handle === null) throw uploadGone(uploadId);
    try {
      const { offset, length } = resolveRange('the file', (await handle.stat()).size, range);
      return readBlocks(
        {
          offset,
          length,
          read: async (at, size) => {
            const block = Buffer.allocUnsafeSlow(size);
            const { bytesRead } = await guard(handle.read(block, 0, size, at));
            return block.subarray(0, bytesRead);
          },
          close: () => handle.close(),
        },
        signal,
      );
    } catch (error) {
      await handle.close();
      throw toQuarantineError(error);
    }
  }

  override async remove(uploadId: string): Promise<void> {
    if (isBackupId(uploadId)) await guard(this.#removeFiles(uploadId));
  }

  override async sweep(receivedBefore: Date): Promise<number> {
    const names = await guard(readdir(this.#folder).catch(missingAsNull));
    let removed = 0;
    for (const uploadId of new Set((names ?? []).flatMap(name => idOf(name) ?? []))) {
      if (!(await guard(this.#isOlder(uploadId, receivedBefore)))) continue;
      await guard(this.#removeFiles(uploadId));
      removed += 1;
    }
    return removed;
  }

  #path(uploadId: string, ending: Ending): string {
    return join(this.#folder, `${uploadId}${ending}`);
  }

  async #takeIn(
    uploadId: string,
    name: string,
    body: AsyncIterable<Uint8Array>,
    maxBytes: number,
    stop: Abortable,
  ): Promise<number> {
    const handle = await guard(open(this.#path(uploadId, '.partial'), 'wx', 0o600));
    try {
      let sizeBytes = 0;
      for await (const chunk of pullBody(body, stop)) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) throw uploadTooLarge(name, maxBytes);
        // As a whole: a write of the handle may store a part only.
        await guard(handle.writeFile(chunk));
      }
      return sizeBytes;
    } finally {
      await handle.close();
    }
  }

  async #complete(uploadId: string, note: Note): Promise<void> {
    await rename(this.#path(uploadId, '.partial'), this.#path(uploadId, '.upload'));
    await writeFile(this.#path(uploadId, '.json.partial'), JSON.stringify(note), { mode: 0o600 });
    await rename(this.#path(uploadId, '.json.partial'), this.#path(uploadId, '.json'));
  }

  async #readNote(uploadId: string): Promise<Note | null> {
    const text = await readFile(this.#path(uploadId, '.json'), 'utf8').catch(missingAsNull);
    return text === null ? null : (JSON.parse(text) as Note);
  }

  /** What has no note is as old as its files: its writer touches one of them with each chunk. */
  async #isOlder(uploadId: string, moment: Date): Promise<boolean> {
    const note = await this.#readNote(uploadId);
    if (note !== null) return new Date(note.receivedAt) < moment;
    const stats = await Promise.all(
      ENDINGS.map(ending => lstat(this.#path(uploadId, ending)).catch(missingAsNull)),
    );
    return stats.every(found => found === null || found.mtime < moment);
  }

  /** The note first: without it there is no upload any more, whatever is left. */
  async #removeFiles(uploadId: string): Promise<void> {
    for (const ending of ENDINGS.toReversed())
      await unlink(this.#path(uploadId, ending)).catch(missingAsNull);
  }
}

/** The upload that a file of the folder belongs to; null for files that are not ours. */
function idOf(fileName: string): string | null {
  const id = fileName.slice(0, 36);
  return isBackupId(id) && (ENDINGS as readonly string[]).includes(fileName.slice(36)) ? id : null;
}

function missingAsNull(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null;
  throw error;
}

/** Turns the operating system's errors of one step into ours; a body's own errors never come through here. */
async function guard<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw toQuarantineError(error);
  }
}
