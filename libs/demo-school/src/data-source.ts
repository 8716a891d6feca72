import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { SCHOOL_ENTITIES } from './entities/index.js';
import { SchoolNaming } from './entities/school-naming.js';
import { SCHOOL_MIGRATIONS } from './migrations/index.js';

/** TypeORM's view of a school database; it connects only when initialised, and changes nothing by itself. */
export function schoolDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: SCHOOL_ENTITIES,
    migrations: SCHOOL_MIGRATIONS,
    migrationsTableName: 'typeorm_migrations',
    migrationsTransactionMode: 'all',
    namingStrategy: new SchoolNaming(),
    // TypeORM would otherwise install an extension on connect, which takes rights that a school's role may lack.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: 1,
    applicationName: 'satchel demo school',
  });
}
