import type { RunOptions, Scope, TableEstimate, TableEstimates } from '@satchel/domain';
import { scopeIncludes } from '@satchel/domain';

/** A backup type, and what a backup of it would hold at this moment. */
export interface DescribedType {
  readonly scope: Scope;
  readonly tables: readonly TableEstimate[];
  readonly estimatedRows: number;
  readonly sizeBytes: number;
}

/**
 * Says what each backup type holds: tables with the rows that the database's statistics know of. Rows of other tables
 * that these refer to come with a backup too, and are not counted here.
 *
 * @throws BackupError `unavailable` if the protected database is out of reach
 */
export class DescribeTypes {
  constructor(
    private readonly scopes: readonly Scope[],
    private readonly estimates: TableEstimates,
  ) {}

  async run({ signal }: RunOptions = {}): Promise<readonly DescribedType[]> {
    const all = await this.estimates.tables(signal);
    return this.scopes.map(scope => {
      const tables = all.filter(table => scopeIncludes(scope, table));
      return {
        scope,
        tables,
        estimatedRows: tables.reduce((sum, table) => sum + table.estimatedRows, 0),
        sizeBytes: tables.reduce((sum, table) => sum + table.sizeBytes, 0),
      };
    });
  }
}
