import type { OnProgress, Progress } from '@satchel/domain';
import { byteSize, count, duration } from './quantity.js';
import { safeLine } from './safe-text.js';
import { cutToWidth } from './text-width.js';

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  reading: 'Reading the database',
  staging: 'Reading the backup',
  planning: 'Comparing',
  saving: 'Keeping what will change',
  applying: 'Changing rows',
  checking: 'Checking',
  verifying: 'Checking the file',
  writing: 'Writing',
};

/** How often a bar is drawn, and how often a line is written where there is no terminal; in milliseconds. */
const DRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 5000;

export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Shows how far a job is on standard error: a bar that is redrawn on a terminal, a plain line at intervals elsewhere.
 * Thins out on its own; `onProgress` may be called as often as the work likes.
 */
export class ProgressDisplay {
  #phase: Progress['phase'] | undefined;
  #phaseStartedMs = 0;
  #shownMs = 0;
  #drawn = false;

  constructor(
    private readonly output: ProgressOutput,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  readonly onProgress: OnProgress = progress => {
    const now = this.nowMs();
    const terminal = this.output.isTTY === true;
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#phaseStartedMs = now;
      // A phase that is over in no time is not worth a line of a log.
      this.#shownMs = terminal ? 0 : now;
    }
    if (now - this.#shownMs < (terminal ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownMs = now;
    const text = describeProgress(progress, now - this.#phaseStartedMs, terminal);
    if (terminal) {
      this.output.write(`\r\u001B[2K${cutToWidth(text, (this.output.columns ?? 80) - 1)}`);
      this.#drawn = true;
    } else {
      this.output.write(`${text}\n`);
    }
  };

  /** Takes the bar off the screen, so that other text can follow. */
  clear(): void {
    if (this.#drawn) this.output.write('\r\u001B[2K');
    this.#drawn = false;
    this.#shownMs = 0;
  }
}

/** One line: phase, share, rows, bytes, rate, time left, table. */
export function describeProgress(progress: Progress, elapsedMs: number, withBar: boolean): string {
  const share = doneShare(progress);
  const parts = [PHASES[progress.phase]];
  if (share !== null) parts.push(`${withBar ? `${bar(share)} ` : ''}${Math.floor(share * 100)} %`);
  parts.push(`${count(progress.rows)} rows`);
  if (progress.bytes > 0) parts.push(byteSize(progress.bytes));
  if (progress.bytes > 0 && elapsedMs >= 1000) {
    parts.push(`${byteSize((progress.bytes / elapsedMs) * 1000)}/s`);
  }
  if (share !== null && share > 0.02 && share < 1 && elapsedMs >= 2000) {
    parts.push(`${duration((elapsedMs / share) * (1 - share))} left`);
  }
  if (progress.relation !== undefined) parts.push(safeLine(progress.relation));
  return parts.join('  ');
}

/** Totals are estimates: what is done may be more, and is never more than all. */
function doneShare({ rows, bytes, totalRows, totalBytes }: Progress): number | null {
  if (totalBytes !== undefined && totalBytes > 0) return Math.min(1, bytes / totalBytes);
  if (totalRows !== undefined && totalRows > 0) return Math.min(1, rows / totalRows);
  return null;
}

function bar(share: number): string {
  const cells = 20;
  const full = Math.round(share * cells);
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}]`;
}
