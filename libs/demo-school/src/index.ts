export * from './fill-school.js';
export * from './generate-school.js';
export * from './migrate-school.js';
export * from './prepare-database.js';
export * from './server/account.js';
export * from './server/free-port.js';
export * from './server/postgres-binaries.js';
export * from './server/postgres-server.js';
