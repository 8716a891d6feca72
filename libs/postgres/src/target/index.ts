export { PostgresTarget } from './postgres-target.js';
