export * from './run-drill.js';
export * from './run-recorded-drill.js';
