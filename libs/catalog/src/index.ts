export * from './catalog-connection.js';
export * from './catalog-database.js';
export * from './typeorm-catalog.js';
export * from './typeorm-job-store.js';
