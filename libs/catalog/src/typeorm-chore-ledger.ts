import { ChoreLedger } from '@satchel/domain';
import type { CatalogDatabase } from './catalog-database.js';

/** The ledger of chores, as one row each in the catalog. */
export class TypeormChoreLedger extends ChoreLedger {
  constructor(private readonly database: CatalogDatabase) {
    super();
  }

  async claim(name: string, everyMs: number): Promise<boolean> {
    // Two who ask at the same moment: the second waits for the row, and then finds it taken.
    const { rowCount } = await this.database.query({
      name: 'claim chore',
      text: `
        INSERT INTO "satchel"."chore" AS chore ("name", "kept_at") VALUES ($1, clock_timestamp())
        ON CONFLICT ("name") DO UPDATE SET "kept_at" = clock_timestamp()
        WHERE chore."kept_at" <= clock_timestamp() - $2 * interval '1 millisecond'`,
      values: [name, everyMs],
    });
    return rowCount === 1;
  }

  async keep(name: string): Promise<void> {
    await this.database.query({
      name: 'keep chore',
      text: `UPDATE "satchel"."chore" SET "kept_at" = clock_timestamp() WHERE "name" = $1`,
      values: [name],
    });
  }
}
