import { Clock } from '@satchel/domain';

/** A clock that stands still until it is told to go on. */
export class FixedClock extends Clock {
  #now: Date;

  constructor(now: Date | string = '2025-09-27T10:00:00Z') {
    super();
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  set(now: Date | string): void {
    this.#now = new Date(now);
  }

  advance(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}
