export * from './check-destination.js';
export * from './copy-removal.js';
export * from './copy-sources.js';
export * from './keep-copies.js';
export * from './list-destinations.js';
export * from './stored-anywhere.js';
export * from './transfer-copy.js';
export * from './verify-copies.js';
