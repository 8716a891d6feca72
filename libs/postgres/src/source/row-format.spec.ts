import { describe, expect, it } from 'vitest';
import { binaryFormat, rowFormat } from './row-format.js';

const OIDS = {
  bigint: 20,
  text: 25,
  float8: 701,
  date: 1082,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
};

function columnsOf(...types: (keyof typeof OIDS)[]) {
  return types.map(type => ({ baseTypeOid: OIDS[type], baseTypeKind: 'b' }));
}

describe('rowFormat', () => {
  it('takes binary where timestamps save more than numbers cost', () => {
    expect(rowFormat(columnsOf('bigint', 'timestamptz', 'timestamptz', 'bigint', 'date', 'text')).name).toBe(
      'binary',
    );
    expect(rowFormat(columnsOf('bigint', 'text', 'text')).name).toBe('text');
    expect(rowFormat(columnsOf('bigint', 'timestamptz', 'numeric', 'numeric', 'numeric')).name).toBe('text');
  });

  it('takes text where a column has a type whose text is only made by PostgreSQL, or there is no column', () => {
    expect(rowFormat(columnsOf('timestamptz', 'interval')).name).toBe('text');
    expect(rowFormat(columnsOf('timestamptz', 'float8')).name).toBe('text');
    expect(binaryFormat([])).toBeNull();
    expect(rowFormat([]).name).toBe('text');
  });

  it('reads an enum as its label, whatever its oid', () => {
    expect(binaryFormat([{ baseTypeOid: 99_999, baseTypeKind: 'e' }])).not.toBeNull();
    expect(binaryFormat([{ baseTypeOid: 99_999, baseTypeKind: 'b' }])).toBeNull();
  });
});
