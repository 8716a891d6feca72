export * from './backup-catalog.conformance.js';
export * from './backup-storage.conformance.js';
export * from './collect-bytes.js';
export * from './job-store.conformance.js';
export * from './kind-of.js';
export * from './run-child.js';
export * from './sample-jobs.js';
export * from './sample-manifest.js';
