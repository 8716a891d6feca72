export * from './archive-format.js';
export * from './schema-digest.js';
