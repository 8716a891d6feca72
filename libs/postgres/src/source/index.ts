export { copyOut, type CopyOutOptions } from './copy-out.js';
export { PostgresSource } from './postgres-source.js';
export { rowFormat, type RowFormat } from './row-format.js';
