export { classOfColumn, ColumnClass } from './column-class.js';
export { copyOut, type CopyOutOptions } from './copy-out.js';
export { classesOf } from './plan-slices.js';
export { PostgresSource } from './postgres-source.js';
