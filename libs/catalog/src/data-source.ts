import 'reflect-metadata';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { connectionOptions, type CatalogConnection } from './catalog-connection.js';
import { JobEntity } from './job.entity.js';
import { AddDrillJobs1764374600000 } from './migrations/add-drill-jobs.js';
import { ChooseDestinations1764374800000 } from './migrations/choose-destinations.js';
import { CountWhatPagesShow1764374900000 } from './migrations/count-what-pages-show.js';
import { CreateAlarms1764374700000 } from './migrations/create-alarms.js';
import { CreateAuditLog1764201700000 } from './migrations/create-audit-log.js';
import { CreateChores1764288000000 } from './migrations/create-chores.js';
import { CreateCatalog1763856000000 } from './migrations/create-catalog.js';
import { CreateCopies1764289800000 } from './migrations/create-copies.js';
import { CreateIdentities1764201600000 } from './migrations/create-identities.js';
import { CreateRetention1764374500000 } from './migrations/create-retention.js';
import { CreateSchedules1764374400000 } from './migrations/create-schedules.js';
import { EraseSealedKeys1764288000000 } from './migrations/erase-sealed-keys.js';
import { FindAnyCapitals1764375000000 } from './migrations/find-any-capitals.js';
import { OneTableOfJobs1764115200000 } from './migrations/one-table-of-jobs.js';

/**
 * TypeORM's way to the catalog; not connected yet. It never changes tables by itself, and installs no extension.
 *
 * @param poolSize connections at most
 */
export function catalogDataSource(connection: CatalogConnection, poolSize?: number): DataSource {
  return new DataSource({
    type: 'postgres',
    // The one that the rest of the program uses: TypeORM would look for one itself, and load it a second time.
    driver: pg,
    nativeDriver: false,
    schema: 'satchel',
    entities: [JobEntity],
    migrations: [
      CreateCatalog1763856000000,
      OneTableOfJobs1764115200000,
      CreateIdentities1764201600000,
      CreateAuditLog1764201700000,
      CreateChores1764288000000,
      CreateCopies1764289800000,
      CreateSchedules1764374400000,
      CreateRetention1764374500000,
      AddDrillJobs1764374600000,
      CreateAlarms1764374700000,
      EraseSealedKeys1764288000000,
      ChooseDestinations1764374800000,
      CountWhatPagesShow1764374900000,
      FindAnyCapitals1764375000000,
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
