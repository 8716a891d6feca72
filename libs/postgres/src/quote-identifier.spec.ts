import { describe, expect, it } from 'vitest';
import { quoteColumns, quoteIdentifier, quoteLiteral, quoteQualified } from './quote-identifier.js';

describe('quoteIdentifier', () => {
  it('keeps case, spaces and quotes', () => {
    expect(quoteIdentifier('Änder "it"; DROP')).toBe('"Änder ""it""; DROP"');
    expect(quoteQualified({ schema: 'a.b', name: 'c' })).toBe('"a.b"."c"');
    expect(quoteColumns(['id', 'ID'])).toBe('"id", "ID"');
  });

  it('refuses what no object can be called', () => {
    expect(() => quoteIdentifier('')).toThrow(/PostgreSQL/);
    expect(() => quoteIdentifier('a\0b')).toThrow(/PostgreSQL/);
  });
});

describe('quoteLiteral', () => {
  it('doubles quotes, and escapes backslashes in a way that no setting changes', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("a\\'b")).toBe(" E'a\\\\''b'");
  });

  it('refuses a NUL', () => {
    expect(() => quoteLiteral('\0')).toThrow(/PostgreSQL/);
  });
});
