export * from './catalog/index.js';
export * from './connection/index.js';
export * from './quote-identifier.js';
export * from './postgres-probe.js';
export * from './postgres-table-estimates.js';
export * from './source/index.js';
export * from './target/index.js';
export * from './driver-settings.js';
