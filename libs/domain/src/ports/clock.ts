/** The time of day, so that tests can hold it still. */
export abstract class Clock {
  abstract now(): Date;
}
