import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from '../catalog/catalog-relation.js';
import type { RelationMember } from '../catalog/read-members.js';
import { planSlices, SLICE_BYTES } from './plan-slices.js';

const relation: CatalogRelation = {
  oid: 1,
  schema: 'public',
  name: 'big',
  kind: 'table',
  columns: [
    {
      name: 'id',
      type: 'integer',
      typeOid: 23,
      baseTypeOid: 23,
      baseTypeKind: 'b',
      notNull: true,
      hasDefault: false,
      generated: false,
      identity: null,
      collation: null,
    },
  ],
  key: ['id'],
  references: [],
  hasChildren: false,
  persistence: 'permanent',
  estimatedRows: 1_000_000,
  sizeBytes: 4 * SLICE_BYTES,
};

const member: RelationMember = {
  relation: 1,
  oid: 1,
  schema: 'public',
  name: 'big',
  isForeign: false,
  isUnlogged: false,
  isHeap: true,
  isReadable: true,
  heapBytes: 3 * SLICE_BYTES + 8192,
  analyzedRows: 1_000_000,
  analyzedPages: (3 * SLICE_BYTES) / 8192 + 1,
};

const options = { jobs: 2, blockBytes: 8192, isIncluded: () => true };

describe('planSlices', () => {
  it('reads a table in one go over one connection', () => {
    const slices = planSlices(relation, 7, [member], { ...options, jobs: 1 });
    expect(slices).toMatchObject([
      {
        relation: 7,
        estimatedRows: 1_000_000,
        estimatedBytes: relation.sizeBytes,
        sql: 'COPY "public"."big" ("id") TO STDOUT',
      },
    ]);
  });

  it('cuts a large table into adjoining ranges of blocks that are open at both ends', () => {
    const statements = planSlices(relation, 0, [member], options).map(slice => slice.sql);
    expect(
      statements.map(sql =>
        [...sql.matchAll(/ctid (>=|<) '\((\d+),0\)'/g)].map(found => `${found[1]}${found[2]}`),
      ),
    ).toEqual([['<192'], ['>=192', '<384'], ['>=384', '<576'], ['>=576']]);
  });

  it('does not cut what is not stored as a heap', () => {
    expect(planSlices(relation, 0, [{ ...member, isHeap: false }], options)).toHaveLength(1);
  });

  const root: CatalogRelation = { ...relation, kind: 'partitioned' };
  const leaves: RelationMember[] = ['p1', 'p2'].map((name, index) => ({
    ...member,
    name,
    oid: 10 + index,
    heapBytes: 8192,
  }));

  it('reads a partitioned table through its root over one connection, and leaf by leaf over several', () => {
    expect(planSlices(root, 0, leaves, { ...options, jobs: 1 }).map(slice => slice.sql)).toEqual([
      'COPY (SELECT "id" FROM "public"."big") TO STDOUT',
    ]);
    expect(planSlices(root, 0, leaves, options).map(slice => slice.sql)).toEqual([
      'COPY "public"."p1" ("id") TO STDOUT',
      'COPY "public"."p2" ("id") TO STDOUT',
    ]);
  });

  it('reads through the root where a leaf may not be read by itself', () => {
    const closed = leaves.map((leaf, index) => ({ ...leaf, isReadable: index === 0 }));
    expect(planSlices(root, 0, closed, options)).toHaveLength(1);
  });

  it('never reads through the root where a leaf is left out', () => {
    const slices = planSlices(root, 0, leaves, {
      ...options,
      jobs: 1,
      isIncluded: leaf => leaf.name === 'p2',
    });
    expect(slices.map(slice => slice.sql)).toEqual(['COPY "public"."p2" ("id") TO STDOUT']);
  });
});
