import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uploadName } from './upload-name.js';

it.each([
  ['full.json.zst', 'full.json.zst'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\full backup.json', 'full backup.json'],
  ['गुरुकुल.json', 'गुरुकुल.json'],
  ['a\u0000b\r\nc\u202Egnp.json', 'abcgnp.json'],
  ['', 'upload'],
  ['..', 'upload'],
  ['folder/', 'upload'],
  ['\ud800', '\ufffd'],
])('%j is called %j', (given, name) => {
  expect(uploadName(given)).toBe(name);
});

it('cuts between characters', () => {
  expect(uploadName('क'.repeat(100))).toBe('क'.repeat(85));
});

it('is never empty, a path, unprintable or longer than a file name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), given => {
      const name = uploadName(given);
      expect(name).not.toBe('');
      expect(name).not.toMatch(/[/\\\p{Cc}]/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(uploadName(name)).toBe(name);
    }),
  );
});
