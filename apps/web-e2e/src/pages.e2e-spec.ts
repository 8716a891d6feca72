import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Person } from './served-app.js';
import { Stage } from './stage.js';

const THEMES = ['light', 'dark'] as const;

/** Where axe looks: the layout of a phone and that of a desk. */
const CHECKED_WIDTHS = [390, 1440];

/**
 * What a page has to fit, in this order. Themes differ by colours alone, so that one goes through all widths; the other begins
 * with the width that the first has ended with, since laying a page out anew costs as much as looking at it.
 */
const WIDTHS: Readonly<Record<(typeof THEMES)[number], readonly number[]>> = {
  light: [390, 768, 1024, 1440],
  dark: CHECKED_WIDTHS.toReversed(),
};

/** Longest time that a page takes to settle after its width has changed. */
const LAYOUT_MS = 3_000;

/** What axe looks for. Themes differ by colours alone, so that all else needs to be looked at once. */
const RULES: Readonly<Record<(typeof THEMES)[number], RunOptions>> = {
  light: {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
    resultTypes: ['violations'],
  },
  dark: { runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] },
};

/** What Chromium itself writes where the sign-in page asks whether somebody is signed in. */
const NOBODY_IS_SIGNED_IN = /status of 401/;

interface PageCase {
  readonly name: string;
  readonly path: () => string;
  /** Something that is there once the page is whole. */
  readonly shows: string;
  /** Who looks; the administrator, if it is not said. */
  readonly as?: 'nobody' | 'new' | 'powerless';
  readonly before?: (page: Page) => Promise<void>;
}

const LONG_REASON =
  'The closing of the year 2025-26, which the auditors of the district have asked to be kept';
const LONG_NAME = 'Maximiliane Featherstonehaugh-Cholmondeley';

let stage: Stage;
let axe: string;
let backup: { readonly backupId: string; readonly jobId: string };
let drillId: string;
const people = new Map<string, Person>();

beforeAll(async () => {
  // Nobody listens there: channels are only to be looked at.
  stage = await Stage.open({ ALARM_SLACK_URL: 'http://127.0.0.1:9/alarms' });
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  backup = await stage.app.backUp(
    'full',
    'A backup with a name that is as long as an office clerk may well make it',
  );
  await stage.app.ask('POST', `verify/${backup.backupId}/`);
  await stage.app.ask('PUT', `pins/${backup.backupId}/`, { reason: LONG_REASON });
  for (const cron of ['30 2 * * *', '0 18 * * 1-5', '*/20 7-19 1,15 * *']) {
    await stage.app.ask('POST', 'schedules/', { name: `By ${cron.length}`, backup_type: 'full', cron });
  }
  const drill = await stage.app.ask('POST', 'drills/', { backup_type: 'full' });
  drillId = String(drill['job_id']);
  await stage.app.jobEnd(drillId);
  await stage.app.addPerson({ fullName: LONG_NAME, roles: ['auditor', 'restorer'], firstPassword: true });
  people.set('new', await stage.app.addPerson({ firstPassword: true }));
  people.set('powerless', await stage.app.addPerson());
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const PAGES: readonly PageCase[] = [
  { name: 'sign-in', path: () => 'sign-in', shows: 'Show password', as: 'nobody' },
  { name: 'first password', path: () => '', shows: 'Choose your password', as: 'new' },
  { name: 'home', path: () => '', shows: 'Storage over time' },
  { name: 'create', path: () => 'create', shows: 'About' },
  { name: 'end of a backup', path: () => `create?job=${backup.jobId}`, shows: 'The backup is done' },
  { name: 'restore', path: () => 'restore', shows: 'Look into it' },
  { name: 'plan of a restore', path: () => `restore?backup=${backup.backupId}`, shows: 'What would change' },
  { name: 'history', path: () => 'history', shows: 'Select all backups of this page' },
  { name: 'job', path: () => `history/${backup.jobId}`, shows: 'The same at a shell' },
  {
    name: 'job that failed',
    path: () => `history/${backup.jobId}`,
    shows: 'It failed',
    before: failJob,
  },
  { name: 'clean-up', path: () => 'cleanup', shows: 'newest good backup of its type' },
  { name: 'schedules', path: () => 'schedules', shows: 'every day at' },
  { name: 'drills', path: () => 'drills', shows: 'Passed' },
  { name: 'report of a drill', path: () => `history/${drillId}`, shows: 'What the drill has proven' },
  { name: 'alarms', path: () => 'alarms', shows: 'Everything is overdue', before: raiseAlarm },
  { name: 'audit', path: () => 'audit', shows: 'Sign in' },
  { name: 'users', path: () => 'users', shows: 'person_' },
  { name: 'roles', path: () => 'users/roles', shows: 'Always has every permission' },
  { name: 'system', path: () => 'system', shows: 'Jobs and workers' },
  { name: 'account', path: () => 'account', shows: 'This one' },
  { name: 'missing permission', path: () => 'audit', shows: 'You may not open this page', as: 'powerless' },
  { name: 'not found', path: () => 'nowhere', shows: 'There is nothing at this address' },
];

it.each(PAGES)(
  '$name fits every screen and can be used by everybody, in both themes',
  async ({ path, shows, as, before }) => {
    const page = await openAs(as);
    await page.emulateMedia({ colorScheme: 'light' });
    await before?.(page);
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(error.message));
    page.on('console', message => {
      if (message.type() !== 'error') return;
      if (as === 'nobody' && NOBODY_IS_SIGNED_IN.test(message.text())) return;
      problems.push(message.text());
    });
    await page.goto(path());
    await waitUntilWhole(page, shows);
    await page.evaluate(axe);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`:root[data-mantine-color-scheme=${theme}]`).waitFor();
      await page.evaluate(untilColoursStand);
      for (const width of WIDTHS[theme]) {
        await page.setViewportSize({ width, height: 900 });
        const where = `${theme}, ${width} pixels`;
        problems.push(...(await sideways(page)).map(problem => `${where}: ${problem}`));
        if (!CHECKED_WIDTHS.includes(width)) continue;
        problems.push(...(await violations(page, RULES[theme])).map(problem => `${where}: ${problem}`));
      }
    }
    expect(problems).toEqual([]);
  },
);

/**
 * Runs in the page: a change of theme fades, and half way through nothing has the contrast that it will have. What takes its colour from
 * another that fades may fade after it, so that it is looked for again.
 */
async function untilColoursStand(): Promise<void> {
  for (;;) {
    const fading = document
      .getAnimations()
      .filter(
        ({ playState, effect }) => playState === 'running' && effect?.getTiming().iterations !== Infinity,
      );
    if (fading.length === 0) return;
    await Promise.all(fading.map(({ finished }) => finished.catch(() => undefined)));
  }
}

/** The server looks for trouble each minute, and there should be none: an alarm is answered in its place. */
async function raiseAlarm(page: Page): Promise<void> {
  const at = new Date().toISOString();
  const delivery = { channel: 'slack', attempts: 3, created_at: at, next_attempt_at: null, finished_at: at };
  const alarm = {
    alarm_id: randomUUID(),
    kind: 'backup_overdue',
    subject: 'full',
    title: 'Everything is overdue: the newest good backup is 31 hours old',
    lines: ['A backup was due at 02:30 and was not made.', 'See whether the server and its workers run.'],
    facts: {},
    open: true,
    opened_at: at,
    last_seen_at: at,
    times_seen: 2,
    resolved_at: null,
    deliveries: [
      { ...delivery, delivery_id: randomUUID(), event: 'raised', state: 'delivered', problem: null },
      {
        ...delivery,
        delivery_id: randomUUID(),
        event: 'repeated',
        state: 'failed',
        problem: 'no connection',
      },
    ],
  };
  const items = [
    { ...alarm, acknowledged_at: null, acknowledged_by: null },
    { ...alarm, alarm_id: randomUUID(), acknowledged_at: at, acknowledged_by: 'admin' },
  ];
  await page.route(/\/api\/alarms\?/, route =>
    route.fulfill({
      json: {
        status: 'success',
        message: '2 alarms.',
        data: { items, total: 2, page: 1, page_size: 25, pages: 1 },
        timestamp: at,
      },
    }),
  );
}

/** A job's sentences name its file, which is a long word, and nothing that fails is quick to come by. */
async function failJob(page: Page): Promise<void> {
  await page.route(/\/api\/status\//, async route => {
    const answer = await route.fetch();
    const { data, ...envelope } = (await answer.json()) as { data: { readonly file: string } };
    const error = {
      error_type: 'invalid_backup',
      message: `${data.file} is damaged: the stored bytes are not those that its manifest was written for.`,
      details: {},
    };
    await route.fulfill({ json: { ...envelope, data: { ...data, state: 'failed', report: null, error } } });
  });
}

async function openAs(viewer: PageCase['as']): Promise<Page> {
  if (viewer === 'nobody') return stage.newPage();
  if (viewer === undefined) return stage.adminPage();
  const person = people.get(viewer);
  if (!person) throw new Error(`Nobody is called ${viewer}.`);
  return stage.pageOf(person);
}

/**
 * What can be reached by scrolling sideways only: of the page, or of a table in it. A table takes another form once it has seen
 * that it does not fit, so that it is waited for.
 */
async function sideways(page: Page): Promise<string[]> {
  const tooWide = () =>
    [...document.querySelectorAll('html, :has(> table)')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(element => {
        const name = element.querySelector(':scope > table')?.ariaLabel ?? 'the page';
        return `“${name}” has ${element.scrollWidth} pixels in ${element.clientWidth}`;
      });
  for (const patience = Date.now() + LAYOUT_MS; Date.now() < patience;) {
    if ((await page.evaluate(tooWide)).length === 0) return [];
  }
  return page.evaluate(tooWide);
}

/** @throws Error that says what is there instead */
async function waitUntilWhole(page: Page, shows: string): Promise<void> {
  const found = page.getByText(shows).or(page.getByLabel(shows)).filter({ visible: true }).first();
  try {
    await found.waitFor();
  } catch (cause) {
    throw new Error(`“${shows}” is not there, but: ${await page.locator('body').innerText()}`, { cause });
  }
}

/** What axe finds wrong with a page: the rule, and where. */
async function violations(page: Page, rules: RunOptions): Promise<string[]> {
  const found = await page.evaluate(
    async options => (await (globalThis as unknown as AxeWindow).axe.run(document, options)).violations,
    rules,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

interface AxeWindow {
  readonly axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}
