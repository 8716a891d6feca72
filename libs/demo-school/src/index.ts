export * from './server/account.js';
export * from './server/free-port.js';
export * from './server/postgres-binaries.js';
export * from './server/postgres-server.js';
