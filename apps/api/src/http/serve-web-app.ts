import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import { preferCompressed } from './compressed-files.js';

/** Where the web app's build is: beside this app, in the repository as in the image. */
const WEB_APP = fileURLToPath(new URL('../../../web/dist', import.meta.url));

const YEAR_MS = 365 * 24 * 3600 * 1000;

/**
 * Serves the web app at `/backup/`. Files under `assets` have their content's hash in their names, so browsers may keep them for
 * good; everything else asks again. An address inside the app (`/backup/history`) gives its page; what is missing under
 * `assets` or the API is not found, never the page.
 *
 * @param folder of the build; without it there is only the API
 */
export function serveWebApp(app: NestExpressApplication, folder = WEB_APP): void {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return;
  app.use(
    '/backup/assets',
    preferCompressed(join(folder, 'assets')),
    express.static(join(folder, 'assets'), {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      fallthrough: false,
    }),
  );
  const files = express.static(folder, { index: false, redirect: false, cacheControl: false });
  app.use('/backup', (request: Request, response: Response, next: NextFunction) => {
    // Most requests are the API's: the disk need not be asked about each of them.
    if (/^\/api(\/|$)/.test(request.path)) next();
    else files(request, response, next);
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!wantsPage(request)) {
      next();
      return;
    }
    if (request.path === '/' || request.path === '/backup') {
      response.redirect(308, '/backup/');
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page, error => {
      if (error) next(error);
    });
  });
}

/** Whether somebody has typed or followed an address of the app, rather than asked for data. */
function wantsPage({ method, path, headers }: Request): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  // Whatever asks at the front door, also a monitor or a preview of a link, which name no type.
  if (path === '/' || path === '/backup' || path === '/backup/') return true;
  if (!path.startsWith('/backup/') || /^\/backup\/(api|assets)(\/|$)/.test(path)) return false;
  return /\btext\/html\b/.test(headers.accept ?? '');
}
