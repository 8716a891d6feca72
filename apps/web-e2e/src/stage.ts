import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { ServedApp, type Person } from './served-app.js';

/** Longest wait for one condition of a page, in milliseconds; the rest of a test's time is for its clean-up. */
const PATIENCE_MS = 30_000;

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** What one file of tests plays on: a school of its own, a server and a browser. */
export class Stage {
  readonly #contexts: BrowserContext[] = [];
  /** Cookies of the administrator's one session, which most tests share: checking a password is slow on purpose. */
  #adminSession: Session | undefined;

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
      return new Stage(database, app, await launchChromium());
    } catch (error) {
      await app?.stop();
      await database.drop();
      throw error;
    }
  }

  /** A browser of a person's own, before they have signed in. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.app.url,
      locale: 'en-GB',
      viewport: { width: 1440, height: 900 },
      // Nothing is looked at halfway, and no core is busy with drawing what turns.
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    this.#contexts.push(context);
    return context.newPage();
  }

  /** A browser in which somebody has signed in already, in a session of its own. */
  async pageOf(person: Person, options?: BrowserContextOptions): Promise<Page> {
    const page = await this.newPage(options);
    const answer = await page
      .context()
      .request.post('api/auth/login/', { data: { ...person, cookies: true } });
    if (!answer.ok()) throw new Error(`no sign-in: ${answer.status()} ${await answer.text()}`);
    return page;
  }

  /** The administrator's browser, for tests that neither end nor renew the session: all of them share it. */
  async adminPage(options?: BrowserContextOptions): Promise<Page> {
    if (this.#adminSession) return this.newPage({ ...options, storageState: this.#adminSession });
    const page = await this.pageOf(this.app.admin, options);
    this.#adminSession = await page.context().storageState();
    return page;
  }

  /** Closes the browsers of all persons; what a test calls for after itself. */
  async clear(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map(context => context.close()));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.stop();
    await this.database.drop();
  }
}
