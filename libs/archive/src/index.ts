export * from './archive-format.js';
