export * from './edit-schedules.js';
export * from './fire-schedules.js';
export * from './fire-timetables.js';
export * from './next-runs.js';
export { isTimeZone } from './wall-clock.js';
