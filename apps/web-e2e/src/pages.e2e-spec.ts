import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from './served-app.js';
import { Stage } from './stage.js';

const WIDTHS = [390, 768, 1440];
/** Where axe looks, too: the layout of a phone and that of a desk. */
const CHECKED_WIDTHS = [390, 1440];

const RULES: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
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
}

let stage: Stage;
let axe: string;
let backup: { readonly backupId: string; readonly jobId: string };
const people = new Map<string, Person>();

beforeAll(async () => {
  stage = await Stage.open();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  backup = await stage.app.backUp(
    'full',
    'A backup with a name that is as long as an office clerk may well make it',
  );
  await stage.app.ask('POST', `verify/${backup.backupId}/`);
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
  { name: 'audit', path: () => 'audit', shows: 'Sign in' },
  { name: 'users', path: () => 'users', shows: 'person_' },
  { name: 'roles', path: () => 'users/roles', shows: 'Always has every permission' },
  { name: 'system', path: () => 'system', shows: 'Jobs and workers' },
  { name: 'account', path: () => 'account', shows: 'This one' },
  { name: 'missing permission', path: () => 'audit', shows: 'You may not open this page', as: 'powerless' },
  { name: 'not found', path: () => 'nowhere', shows: 'There is nothing at this address' },
];

describe.each(['light', 'dark'] as const)('in the %s theme', colorScheme => {
  it.each(PAGES)('$name fits every screen and can be used by everybody', async ({ path, shows, as }) => {
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    const person = as === undefined ? stage.app.admin : people.get(as);
    const page = person ? await stage.pageOf(person, options) : await stage.newPage(options);
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
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0);
      if (wide > width) problems.push(`${width} pixels: scrolls sideways to ${wide}`);
      if (!CHECKED_WIDTHS.includes(width)) continue;
      problems.push(...(await violations(page)).map(violation => `${width} pixels: ${violation}`));
    }
    expect(problems).toEqual([]);
  });
});

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
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(
    async rules => (await (globalThis as unknown as AxeWindow).axe.run(document, rules)).violations,
    RULES,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

interface AxeWindow {
  readonly axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
}
