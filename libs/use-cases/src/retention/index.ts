export * from './pin-backups.js';
export * from './retry-deletes.js';
