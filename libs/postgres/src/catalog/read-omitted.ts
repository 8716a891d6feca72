import type pg from 'pg';
import { relationLabel, type OmittedObject } from '@satchel/domain';
import { COUNT_LARGE_OBJECTS } from './sql/count-large-objects.sql.js';
import { LIST_FOREIGN_TABLES } from './sql/list-foreign-tables.sql.js';

interface ForeignTableRow {
  readonly schema: string;
  readonly name: string;
  readonly server: string;
  readonly isPartition: boolean;
}

export interface ReadOmittedOptions {
  /** Which foreign tables count. */
  readonly includes: (table: { readonly schema: string; readonly name: string }) => boolean;
  /** Whether large objects count: they belong to no table. */
  readonly largeObjects: boolean;
}

/**
 * Lists what a backup of rows leaves out: foreign tables, whose rows are another server's (also where they are
 * partitions of a table that is backed up), and large objects. Unlogged tables are not left out.
 */
export async function readOmitted(
  client: pg.ClientBase,
  options: ReadOmittedOptions,
): Promise<OmittedObject[]> {
  const { rows: foreign } = await client.query<ForeignTableRow>(LIST_FOREIGN_TABLES);
  const { rows: large } = await client.query<{ count: number }>(COUNT_LARGE_OBJECTS);
  const count = large[0]?.count ?? 0;
  return [
    ...foreign.filter(options.includes).map((table): OmittedObject => ({
      kind: 'foreign table',
      name: relationLabel(table),
      reason: table.isPartition
        ? `This partition's rows are on the server ${table.server}; back them up there.`
        : `Its rows are on the server ${table.server}; back them up there.`,
    })),
    ...(options.largeObjects && count > 0
      ? [
          {
            kind: 'large objects' as const,
            name: 'large objects',
            reason: `The database has ${count} of them; a backup holds rows of tables only. Use pg_dump for them.`,
          },
        ]
      : []),
  ];
}
