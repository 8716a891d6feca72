export * from './bull-job-queue.js';
export * from './bull-options.js';
export * from './housekeeping.js';
export * from './inline-job-queue.js';
export * from './job-log.js';
export * from './job-times.js';
export * from './queue-options.js';
