import { describe, expect, it } from 'vitest';
import { schemaDigest } from './schema-digest.js';

const students = {
  schema: 'public',
  name: 'students',
  columns: [
    { name: 'id', type: 'bigint' },
    { name: 'name', type: 'text' },
  ],
};
const classes = { schema: 'public', name: 'classes', columns: [{ name: 'id', type: 'bigint' }] };

describe('schemaDigest', () => {
  it('is the same whatever the order of the tables', () => {
    expect(schemaDigest([students, classes])).toBe(schemaDigest([classes, students]));
    expect(schemaDigest([students])).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('differs with a name, a type and the order of columns', () => {
    const digests = [
      students,
      { ...students, name: 'Students' },
      { ...students, columns: students.columns.toReversed() },
      {
        ...students,
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'text' },
        ],
      },
    ].map(table => schemaDigest([table]));
    expect(new Set(digests).size).toBe(4);
  });
});
