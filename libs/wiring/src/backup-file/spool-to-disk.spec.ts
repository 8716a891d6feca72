import { PassThrough, Readable } from 'node:stream';
import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { spoolToDisk } from './spool-to-disk.js';

describe('spoolToDisk', () => {
  it('keeps what came, and limits what that may unpack to', async () => {
    const input = Readable.from([Buffer.from('ab'), Buffer.from('c')]);
    const file = await spoolToDisk(input, { name: 'standard input', maxBytes: 3 });
    expect(file).toMatchObject({ sizeBytes: 3, maxUnpackedBytes: 1024 ** 3 });
    expect(Buffer.concat(await (await file.open()).toArray()).toString()).toBe('abc');
    await file.close();
  });

  it('stops when asked to, though nothing comes', async () => {
    const stop = new AbortController();
    const spooling = spoolToDisk(new PassThrough(), {
      name: 'standard input',
      maxBytes: 3,
      signal: stop.signal,
    });
    stop.abort(new BackupError('cancelled', 'Stopped by Ctrl-C.'));
    await expect(spooling).rejects.toMatchObject({ kind: 'cancelled', message: 'Stopped by Ctrl-C.' });
  });

  it('refuses more than is allowed, and nothing at all', async () => {
    const spool = (text: string) =>
      spoolToDisk(Readable.from([Buffer.from(text)]), { name: 'standard input', maxBytes: 3 });
    await expect(spool('abcd')).rejects.toMatchObject({ kind: 'too_large' });
    await expect(spool('')).rejects.toMatchObject({ kind: 'invalid_backup' });
  });
});
