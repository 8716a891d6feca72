import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { connectionOptions, type CatalogConnection } from './catalog-connection.js';
import { JobEntity } from './job.entity.js';
import { CreateAuditLog1764201700000 } from './migrations/create-audit-log.js';
import { CreateCatalog1763856000000 } from './migrations/create-catalog.js';
import { CreateIdentities1764201600000 } from './migrations/create-identities.js';
import { EraseSealedKeys1764288000000 } from './migrations/erase-sealed-keys.js';
import { OneTableOfJobs1764115200000 } from './migrations/one-table-of-jobs.js';

/**
 * TypeORM's way to the catalog; not connected yet. It never changes tables by itself, and installs no extension.
 *
 * @param poolSize connections at most
 */
export function catalogDataSource(connection: CatalogConnection, poolSize?: number): DataSource {
  return new DataSource({
    type: 'postgres',
    schema: 'satchel',
    entities: [JobEntity],
    migrations: [
      CreateCatalog1763856000000,
      OneTableOfJobs1764115200000,
      CreateIdentities1764201600000,
      CreateAuditLog1764201700000,
      EraseSealedKeys1764288000000,
    ],
    migrationsTableName: 'migrations',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    logging: false,
    // An idle connection that breaks is replaced; what needs one reports its own failure.
    poolErrorHandler: () => undefined,
    extra: { ...connectionOptions(connection), ...(poolSize === undefined ? {} : { max: poolSize }) },
  });
}
