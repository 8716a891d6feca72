import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { ServedApp, type Person } from './served-app.js';

/** Longest wait for one condition of a page, in milliseconds; the rest of a test's time is for its clean-up. */
const PATIENCE_MS = 30_000;

/** One renderer for all pages of the server: what one has compiled, the next need not. */
const BROWSER_ARGUMENTS = ['--process-per-site'];

/** A browser in which somebody stays signed in, for one test after the other. */
interface SharedBrowser {
  readonly context: BrowserContext;
  /** A page of the server that nobody uses; it keeps the renderer alive between tests. */
  readonly keeper: Page;
}

/** What one file of tests plays on: a school of its own, a server and a browser. */
export class Stage {
  /** Those of one test. */
  readonly #contexts: BrowserContext[] = [];
  readonly #shared = new Map<string, SharedBrowser>();
  /** Pages of one test in browsers that are shared. */
  readonly #sharedPages: Page[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly app: ServedApp,
    readonly browser: Browser,
  ) {}

  /** @param settings of the server */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const database = await createTestDatabase(newestTestServer(), { template: 'school' });
    let app: ServedApp | undefined;
    try {
      app = await ServedApp.start(database.url, settings);
      return new Stage(database, app, await launchChromium(BROWSER_ARGUMENTS));
    } catch (error) {
      await app?.stop();
      await database.drop();
      throw error;
    }
  }

  /** A browser of a person's own, before they have signed in. */
  async newPage(options?: BrowserContextOptions): Promise<Page> {
    const context = await this.#newContext(options);
    this.#contexts.push(context);
    return context.newPage();
  }

  async #newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      baseURL: this.app.url,
      locale: 'en-GB',
      viewport: { width: 1440, height: 900 },
      // Nothing is looked at halfway, and no core is busy with drawing what turns.
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  /** A browser in which somebody has signed in already, in a session of its own. */
  async pageOf(person: Person, options?: BrowserContextOptions): Promise<Page> {
    const page = await this.newPage(options);
    await signIn(page.context(), person);
    return page;
  }

  /** A new page of the administrator: see `sharedPageOf`. */
  adminPage(): Promise<Page> {
    return this.sharedPageOf(this.app.admin);
  }

  /**
   * A new page in a person's one browser, for tests that do not end the session: all of them share it. Of a page nothing is left
   * for the next test but what was loaded and compiled, which is two thirds of the work of showing one.
   */
  async sharedPageOf(person: Person): Promise<Page> {
    let shared = this.#shared.get(person.username);
    if (!shared) {
      const context = await this.#newContext();
      await signIn(context, person);
      const keeper = await context.newPage();
      await keeper.goto('/healthz');
      shared = { context, keeper };
      this.#shared.set(person.username, shared);
    }
    const page = await shared.context.newPage();
    this.#sharedPages.push(page);
    return page;
  }

  /** Closes all pages, and forgets what they have kept; what a test calls for after itself. */
  async clear(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map(context => context.close()));
    await Promise.all(this.#sharedPages.splice(0).map(page => page.close()));
    await Promise.all(
      [...this.#shared.values()].map(({ keeper }) => keeper.evaluate(() => localStorage.clear())),
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.stop();
    await this.database.drop();
  }
}

async function signIn({ request }: BrowserContext, person: Person): Promise<void> {
  const answer = await request.post('api/auth/login/', { data: { ...person, cookies: true } });
  if (!answer.ok()) throw new Error(`no sign-in: ${answer.status()} ${await answer.text()}`);
}
