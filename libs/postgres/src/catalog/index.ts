export * from './catalog-relation.js';
export * from './read-foreign-keys.js';
export * from './read-members.js';
export * from './read-omitted.js';
export * from './read-relations.js';
export * from './read-sequences.js';
export * from './require-readable.js';
export * from './to-relation.js';
