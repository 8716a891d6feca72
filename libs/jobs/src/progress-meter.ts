import type { Clock, JobProgress, Progress } from '@satchel/domain';

/** Rates are averaged over so long, in milliseconds: steady enough to read, quick enough to show a stall. */
const WINDOW_MS = 10_000;

/** Progress is told with every batch; samples closer together than this say nothing new. */
const SAMPLE_EVERY_MS = 250;

/** Before so much of a phase is over, a rate would jump about. */
const TOO_LITTLE_MS = 1_000;

interface Sample {
  readonly atMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Turns what a use case tells of its progress into rates and a time left. A phase begins anew: what was fast while rows were
 * read says nothing of how fast they are applied.
 */
export class ProgressMeter {
  readonly #clock: Clock;
  #latest: Progress | null = null;
  #samples: Sample[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(progress: Progress): void {
    if (progress.phase !== this.#latest?.phase) this.#samples = [];
    this.#latest = progress;
    const atMs = this.#clock.now().getTime();
    const last = this.#samples.at(-1);
    if (last !== undefined && atMs - last.atMs < SAMPLE_EVERY_MS) return;
    this.#samples.push({ atMs, rows: progress.rows, bytes: progress.bytes });
    this.#forget(atMs);
  }

  /** @returns null while nothing has been told */
  read(): JobProgress | null {
    const progress = this.#latest;
    if (progress === null) return null;
    const at = this.#clock.now();
    this.#forget(at.getTime());
    const [first] = this.#samples;
    const elapsedMs = first === undefined ? 0 : at.getTime() - first.atMs;
    const perSecond = (now: number, then: number): number | null =>
      elapsedMs < TOO_LITTLE_MS ? null : Math.round(((now - then) * 1_000) / elapsedMs);
    const rowsPerSecond = perSecond(progress.rows, first?.rows ?? 0);
    const bytesPerSecond = perSecond(progress.bytes, first?.bytes ?? 0);
    return {
      ...progress,
      rowsPerSecond,
      bytesPerSecond,
      secondsLeft:
        secondsLeft(progress.bytes, progress.totalBytes, bytesPerSecond) ??
        secondsLeft(progress.rows, progress.totalRows, rowsPerSecond),
      at,
    };
  }

  /** The newest stays, however old: nothing since then is a rate of 0. */
  #forget(nowMs: number): void {
    while (this.#samples.length > 1 && nowMs - (this.#samples[0]?.atMs ?? nowMs) > WINDOW_MS) {
      this.#samples.shift();
    }
  }
}

function secondsLeft(done: number, total: number | undefined, perSecond: number | null): number | null {
  if (total === undefined || perSecond === null || perSecond === 0) return null;
  // The total is an estimate, and may turn out too small.
  return Math.max(0, Math.ceil((total - done) / perSecond));
}
