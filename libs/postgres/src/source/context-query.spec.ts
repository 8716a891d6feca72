import { describe, expect, it } from 'vitest';
import type { CatalogRelation } from '../catalog/catalog-relation.js';
import type { ForeignKey } from '../catalog/read-foreign-keys.js';
import { ContextQuery } from './context-query.js';

function table(oid: number, name: string): CatalogRelation {
  return {
    oid,
    schema: 'public',
    name,
    kind: 'table',
    columns: [],
    key: null,
    references: [],
    hasChildren: false,
    persistence: 'permanent',
    estimatedRows: 0,
    sizeBytes: 0,
  };
}

function key(from: CatalogRelation, to: CatalogRelation): ForeignKey {
  return {
    name: `${from.name}_${to.name}`,
    relation: from.oid,
    columns: ['ref'],
    referenced: to.oid,
    referencedSchema: to.schema,
    referencedName: to.name,
    referencedColumns: ['id'],
    operators: ['OPERATOR(pg_catalog.=)'],
    collations: [''],
  };
}

describe('ContextQuery', () => {
  const [a, b, c, d, e] = [table(1, 'a'), table(2, 'b'), table(3, 'c'), table(4, 'd'), table(5, 'e')];
  const all = [a, b, c, d, e];

  it('finds the tables that a chain of foreign keys leads to, and no others', () => {
    const query = new ContextQuery([a], all, [key(a, b), key(b, c), key(d, a), key(d, e), key(c, a)]);
    expect(query.candidates).toEqual([b, c]);
  });

  it('follows cycles and self-references', () => {
    const query = new ContextQuery([a], all, [key(a, b), key(b, c), key(c, b), key(c, c)]);
    expect(query.candidates).toEqual([b, c]);
    expect(query.countSql()).toContain('WITH RECURSIVE');
  });

  it('looks only at tables that decide about the one that is read', () => {
    const query = new ContextQuery([a], all, [key(a, b), key(a, d), key(d, e)]);
    expect(query.copySql(b)).not.toContain('RECURSIVE');
    expect(query.copySql(b)).not.toContain('"d"');
    expect(query.copySql(e)).toContain('RECURSIVE');
    expect(query.copySql(e)).not.toContain('"b"');
  });

  it('leaves out keys that lead to tables that are never backed up', () => {
    const elsewhere = table(99, 'spatial_ref_sys');
    expect(new ContextQuery([a], all, [key(a, elsewhere)]).candidates).toEqual([]);
  });
});
