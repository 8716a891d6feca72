export * from './run-drill.js';
