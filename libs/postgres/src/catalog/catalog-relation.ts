import type { Reference } from '@satchel/domain';

/** A column as `pg_attribute` has it; dropped and system columns never appear. */
export interface CatalogColumn {
  readonly name: string;
  /** `format_type` with an empty search path, so that every type outside `pg_catalog` is schema-qualified. */
  readonly type: string;
  readonly typeOid: number;
  /** The type below any domains, and its `typtype` (`b`ase, `c`omposite, `e`num, `r`ange, `m`ultirange, …). */
  readonly baseTypeOid: number;
  readonly baseTypeKind: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly generated: boolean;
  readonly identity: 'always' | 'default' | null;
  /** Only where it is not the type's own. */
  readonly collation: string | null;
}

/**
 * A table as `pg_class` has it: an ordinary table or the root of a partition tree (leaves are part of their root).
 * Tables of extensions, temporary tables and system schemas never appear.
 */
export interface CatalogRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned';
  readonly columns: readonly CatalogColumn[];
  /** The primary key's columns, else those of the first unique index that is not partial, not deferrable, has no expression and only not-null columns. */
  readonly key: readonly string[] | null;
  /** Foreign keys that start here, in the order of their names. */
  readonly references: readonly Reference[];
  /** Whether other tables inherit from it (not as partitions): its rows are read and written with ONLY. */
  readonly hasChildren: boolean;
  readonly persistence: 'permanent' | 'unlogged';
  readonly estimatedRows: number;
  /** Heap and TOAST of the whole tree. */
  readonly sizeBytes: number;
}
