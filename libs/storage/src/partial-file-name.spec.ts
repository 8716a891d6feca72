import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageKey } from './check-storage-key.js';
import { parsePartialFileName, partialFileName, writerState } from './partial-file-name.js';

describe('partialFileName', () => {
  it('fits every file system, is never a key, and tells that this process writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }), text => {
        fc.pre(isStorageKey(text));
        const name = partialFileName(text);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(isStorageKey(name)).toBe(false);
        const writer = parsePartialFileName(name);
        expect(writer?.pid).toBe(process.pid);
        expect(writer && writerState(writer)).toBe('alive');
      }),
    );
  });

  it('differs each time', () => {
    expect(partialFileName('a')).not.toBe(partialFileName('a'));
  });
});

describe('writerState', () => {
  it('knows nothing of a writer elsewhere', () => {
    expect(writerState({ place: '0123456789ab', pid: process.pid, startedAt: 0 })).toBe('unknown');
  });
});
