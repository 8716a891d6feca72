export * from './create-test-database.js';
export * from './fixed-clock.js';
export * from './same-content.js';
export * from './start-test-redis.js';
export * from './start-test-s3.js';
export * from './test-servers.js';
export * from './template-database.js';
