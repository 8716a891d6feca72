export * from './audit/typeorm-audit-log.js';
export * from './catalog-connection.js';
export * from './catalog-database.js';
export * from './identity/typeorm-identity-store.js';
export * from './typeorm-catalog.js';
export * from './typeorm-chore-ledger.js';
export * from './typeorm-job-store.js';
export * from './typeorm-copy-store.js';
