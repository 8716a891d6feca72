import type { Page } from 'playwright-core';

/** What a visit to a page has cost until now, as Chromium itself measures it. */
export interface Figures {
  /** Largest contentful paint, in milliseconds after the navigation. */
  readonly paintMs: number;
  /** The sum of all shifts that no input has caused. */
  readonly layoutShift: number;
  /** The longest task of the main thread; 0 if none took 50 milliseconds. */
  readonly longestTaskMs: number;
}

/** Runs in the page before anything of its own. */
const OBSERVE = `
globalThis.satchelFigures = { paintMs: 0, layoutShift: 0, longestTaskMs: 0 };
for (const [type, note] of [
  ['largest-contentful-paint', entry => { satchelFigures.paintMs = entry.startTime; }],
  ['layout-shift', entry => { if (!entry.hadRecentInput) satchelFigures.layoutShift += entry.value; }],
  ['longtask', entry => { satchelFigures.longestTaskMs = Math.max(satchelFigures.longestTaskMs, entry.duration); }],
]) new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true });
`;

/** Has every page that is opened from now on measured. */
export async function observe(page: Page): Promise<void> {
  await page.addInitScript(OBSERVE);
}

export function readFigures(page: Page): Promise<Figures> {
  return page.evaluate<Figures>('satchelFigures');
}

/**
 * Presses “Next page” and waits until the next page is there, to be seen.
 *
 * @returns the time between the two, in milliseconds
 */
export function timeToNextPage(page: Page): Promise<number> {
  return page.evaluate<number>(NEXT_PAGE);
}

const NEXT_PAGE = `(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const range = () => document.querySelector('nav[aria-label="Pages"] [role=status]')?.textContent;
  const isBusy = () => document.querySelector('main [aria-busy=true]') !== null;
  const before = range();
  const startedMs = performance.now();
  document.querySelector('button[aria-label="Next page"]').click();
  while (range() === before || isBusy()) await frame();
  await frame();
  return performance.now() - startedMs;
})()`;
