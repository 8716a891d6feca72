export * from './inline-job-queue.js';
export * from './job-log.js';
export * from './job-times.js';
export * from './queue-options.js';
