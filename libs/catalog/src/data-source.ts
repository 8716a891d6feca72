import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { BackupEntity } from './backup.entity.js';
import { connectionOptions, type CatalogConnection } from './catalog-connection.js';
import { CreateAuditLog1764028900000 } from './migrations/create-audit-log.js';
import { CreateCatalog1763856000000 } from './migrations/create-catalog.js';
import { CreateIdentities1764028800000 } from './migrations/create-identities.js';
import { RestoreEntity } from './restore.entity.js';

/**
 * TypeORM's way to the catalog; not connected yet. It never changes tables by itself, and installs no extension.
 *
 * @param poolSize connections at most
 */
export function catalogDataSource(connection: CatalogConnection, poolSize?: number): DataSource {
  return new DataSource({
    type: 'postgres',
    schema: 'satchel',
    entities: [BackupEntity, RestoreEntity],
    migrations: [CreateCatalog1763856000000, CreateIdentities1764028800000, CreateAuditLog1764028900000],
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
