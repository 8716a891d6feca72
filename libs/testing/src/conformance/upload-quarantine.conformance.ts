import { randomUUID } from 'node:crypto';
import { BackupError, type UploadQuarantine } from '@satchel/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FixedClock } from '../fixed-clock.js';
import { collectBytes } from './collect-bytes.js';
import { kindOf } from './kind-of.js';

/** One empty quarantine of a test. */
export interface QuarantineSubject {
  readonly quarantine: UploadQuarantine;
  /** What the quarantine tells the time by. */
  readonly clock: FixedClock;
  /** The same files, as another process sees them. */
  another(): UploadQuarantine;
  /** How much is kept, whole or not, in whatever unit: 0 for nothing. */
  kept(): Promise<number>;
  dispose(): Promise<void>;
}

const DAY_MS = 86_400_000;
const NO_LIMIT = { maxBytes: Number.MAX_SAFE_INTEGER };

/** What every `UploadQuarantine` must do; an adapter's spec calls it with a way to make one. */
export function describeUploadQuarantine(name: string, make: () => Promise<QuarantineSubject>): void {
  describe(`${name} keeps the contract of UploadQuarantine`, () => {
    let subject: QuarantineSubject;
    let quarantine: UploadQuarantine;

    beforeEach(async () => {
      subject = await make();
      quarantine = subject.quarantine;
    });
    afterEach(() => subject.dispose());

    it('keeps what was sent, byte by byte, for every process', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const upload = await quarantine.receive('full.json', chunksOf(bytes, 65_521), NO_LIMIT);
      expect(upload).toMatchObject({
        name: 'full.json',
        sizeBytes: bytes.length,
        receivedAt: subject.clock.now(),
      });
      expect(await subject.another().stat(upload.uploadId)).toEqual(upload);
      const stored = await collectBytes(await subject.another().open(upload.uploadId));
      expect(stored.equals(bytes)).toBe(true);
    });

    it('reads a range, and the same file again', async () => {
      const { uploadId } = await quarantine.receive('a', chunksOf(Buffer.from('0123456789'), 3), NO_LIMIT);
      const part = await collectBytes(await quarantine.open(uploadId, { start: 2, end: 4 }));
      expect(part.toString()).toBe('234');
      const rest = await collectBytes(await quarantine.open(uploadId, { start: 7 }));
      expect(rest.toString()).toBe('789');
    });

    it('takes an upload of no bytes', async () => {
      const { uploadId } = await quarantine.receive('a', chunksOf(Buffer.alloc(0), 1), NO_LIMIT);
      expect((await collectBytes(await quarantine.open(uploadId))).length).toBe(0);
    });

    it('gives two files of one name two ids', async () => {
      const first = await quarantine.receive('a', chunksOf(Buffer.from('1'), 1), NO_LIMIT);
      const second = await quarantine.receive('a', chunksOf(Buffer.from('2'), 1), NO_LIMIT);
      expect((await collectBytes(await quarantine.open(first.uploadId))).toString()).toBe('1');
      expect((await collectBytes(await quarantine.open(second.uploadId))).toString()).toBe('2');
    });

    it.each(['../../escape', '/etc/passwd', 'C:\\x', 'a\0b', 'x'.repeat(5_000), ''])(
      'keeps a name such as %j from being anything but words',
      async given => {
        const upload = await quarantine.receive(given, chunksOf(Buffer.from('x'), 1), NO_LIMIT);
        expect(upload.name).toMatch(/^[^/\\\p{Cc}]+$/u);
        expect(Buffer.byteLength(upload.name)).toBeLessThanOrEqual(255);
        for (const id of [given, upload.name]) {
          expect(await quarantine.stat(id)).toBeNull();
          expect(await kindOf(quarantine.open(id))).toBe('not_found');
        }
      },
    );

    describe('leaves nothing', () => {
      afterEach(async () => expect(await subject.kept()).toBe(0));

      it('of a file over the limit, of which no more is asked for than shows it', async () => {
        let asked = 0;
        async function* body() {
          for (;;) {
            asked += 1;
            yield Buffer.alloc(1_000);
          }
        }
        const received = quarantine.receive('bomb', body(), { maxBytes: 10_500 });
        await expect(received).rejects.toMatchObject({ kind: 'too_large' });
        expect(asked).toBe(11);
      });

      it('of a body that fails, whose error it hands on untouched', async () => {
        const failure = new Error('the client has gone');
        async function* body() {
          yield Buffer.alloc(100_000);
          throw failure;
        }
        await expect(quarantine.receive('a', body(), NO_LIMIT)).rejects.toBe(failure);
      });

      it('of one that is aborted, although its body never yields again', async () => {
        const abort = new AbortController();
        const reason = new BackupError('cancelled', 'The client has gone.');
        async function* body() {
          yield Buffer.alloc(100_000);
          abort.abort(reason);
          await new Promise(() => undefined);
        }
        await expect(quarantine.receive('a', body(), NO_LIMIT, abort.signal)).rejects.toBe(reason);
      });

      it('of one that was removed, also when it is removed again', async () => {
        const { uploadId } = await quarantine.receive('a', chunksOf(Buffer.from('1'), 1), NO_LIMIT);
        await quarantine.remove(uploadId);
        expect(await quarantine.stat(uploadId)).toBeNull();
        expect(await kindOf(quarantine.open(uploadId))).toBe('not_found');
        await subject.another().remove(uploadId);
        await quarantine.remove(randomUUID());
        await quarantine.remove('../x');
      });
    });

    it('takes a file of exactly the limit', async () => {
      const upload = await quarantine.receive('a', chunksOf(Buffer.alloc(1_000), 100), { maxBytes: 1_000 });
      expect(upload.sizeBytes).toBe(1_000);
    });

    it('sweeps what is older, and nothing else', async () => {
      const old = await quarantine.receive('old', chunksOf(Buffer.from('1'), 1), NO_LIMIT);
      subject.clock.advance(DAY_MS);
      const young = await quarantine.receive('young', chunksOf(Buffer.from('2'), 1), NO_LIMIT);
      expect(await quarantine.sweep(new Date(subject.clock.now().getTime() - DAY_MS / 2))).toBe(1);
      expect(await quarantine.stat(old.uploadId)).toBeNull();
      expect(await quarantine.stat(young.uploadId)).toEqual(young);
    });

    it('sweeps nothing where nothing was ever sent', async () => {
      expect(await quarantine.sweep(subject.clock.now())).toBe(0);
      expect(await quarantine.stat(randomUUID())).toBeNull();
    });
  });
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
