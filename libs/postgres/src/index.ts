export * from './catalog/index.js';
export * from './connection/index.js';
export * from './quote-identifier.js';
