import { describe, expect, it } from 'vitest';
import { checkFile } from './check-file.js';

const file = (...bytes: number[]) => new Blob([new Uint8Array(bytes)]);

describe('the look at a file before it is sent', () => {
  it.each([
    ['JSON', new Blob(['{"satchel": 1}'])],
    ['a list after white space', new Blob([' \r\n\t[{}]'])],
    ['JSON with a byte order mark', file(0xef, 0xbb, 0xbf, 0x5b)],
    ['gzip', file(0x1f, 0x8b, 8, 0)],
    ['Zstandard', file(0x28, 0xb5, 0x2f, 0xfd)],
  ])('lets %s through', async (_what, blob) => {
    expect(await checkFile(blob, 1_000)).toBeNull();
  });

  it('refuses what is empty, of another kind, or too large', async () => {
    expect(await checkFile(new Blob([]), 1_000)).toBe('empty');
    expect(await checkFile(file(0x89, 0x50, 0x4e, 0x47), 1_000)).toBe('kind');
    expect(await checkFile(new Blob(['   ']), 1_000)).toBe('kind');
    expect(await checkFile(new Blob(['{"a": 1}']), 4)).toBe('too large');
  });
});
