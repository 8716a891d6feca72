export * from './check-storage-key.js';
export * from './free-space.js';
export * from './local-quarantine.js';
export * from './local-storage.js';
export * from './memory-storage.js';
export * from './s3-location.js';
export * from './sweep-partial-files.js';
