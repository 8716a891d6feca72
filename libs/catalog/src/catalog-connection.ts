import type { PoolConfig } from 'pg';
import { CATALOG_TYPES } from './moments.js';

/** Where the catalog is: the driver's settings (host, user, password, ssl, …), or a URL that it understands. */
export type CatalogConnection = string | PoolConfig;

/** Connections that the pool opens at most; records are few and small. */
const MAX_CONNECTIONS = 3;

/** Longest wait for a server that does not answer, in milliseconds. */
const CONNECTION_TIMEOUT_MS = 10_000;

/** Longest wait for an answer; longer than a migration may wait for another's, see `run-migrations.ts`. */
const QUERY_TIMEOUT_MS = 90_000;

/** The given settings over our defaults, under which a dead network is noticed. */
export function connectionOptions(connection: CatalogConnection): PoolConfig {
  return {
    application_name: 'satchel catalog',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    types: CATALOG_TYPES,
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
  };
}
