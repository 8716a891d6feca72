export * from './catalog-connection.js';
export * from './typeorm-catalog.js';
