import type { DataSource } from 'typeorm';
import type { CatalogDatabase } from '../catalog-database.js';

/** How the tables of identities are asked: by SQL, since what matters there are locks and what one statement sees. */
export class IdentityStatements {
  readonly #database: CatalogDatabase;

  constructor(database: CatalogDatabase) {
    this.#database = database;
  }

  /** For what takes more than a statement. @throws as `CatalogDatabase.ask` does; so do the others */
  ask<T>(question: (dataSource: DataSource) => Promise<T>): Promise<T> {
    return this.#database.ask(question);
  }

  rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.ask(dataSource => dataSource.query<Row[]>(sql, [...parameters]));
  }

  /** @returns the rows that a change gives back with `RETURNING` */
  async changedRows<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const [rows] = await this.ask(dataSource => dataSource.query<[Row[], number]>(sql, [...parameters]));
    return rows;
  }

  /** @returns how many rows were changed */
  async change(sql: string, parameters: readonly unknown[]): Promise<number> {
    const [, count] = await this.ask(dataSource => dataSource.query<[unknown, number]>(sql, [...parameters]));
    return count;
  }
}
