export * from './backup-storage.conformance.js';
export * from './collect-bytes.js';
export * from './run-child.js';
