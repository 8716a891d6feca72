import { describe, expect, it } from 'vitest';
import { attachment } from './content-disposition.js';

describe('attachment', () => {
  it('gives plain names as they are', () => {
    expect(attachment('daily_20260301.json.zst')).toBe(
      `attachment; filename="daily_20260301.json.zst"; filename*=UTF-8''daily_20260301.json.zst`,
    );
  });

  it('keeps any script for those who can read it', () => {
    expect(attachment('Müller "स्कूल".json')).toBe(
      `attachment; filename="Muller _____.json"`.replace(
        '_____',
        '_'.repeat('"स्कूल"'.normalize('NFKD').replace(/\p{M}/gu, '').length),
      ) + `; filename*=UTF-8''M%C3%BCller%20%22%E0%A4%B8%E0%A5%8D%E0%A4%95%E0%A5%82%E0%A4%B2%22.json`,
    );
  });

  it('cannot be used to write another header', () => {
    expect(attachment('a\r\nSet-Cookie: x\0')).not.toMatch(/[\r\n\0]/);
    expect(attachment('\ud800')).toContain('%EF%BF%BD');
  });
});
