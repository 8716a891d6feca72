export * from './catalog-relation.js';
export * from './read-foreign-keys.js';
export * from './read-relations.js';
export * from './to-relation.js';
