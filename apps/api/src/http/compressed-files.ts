import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** What the web app's build has put beside a file, best first. */
const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/**
 * Gives the compressed form of a file where the build has made one and the browser takes it, by turning the request to the other
 * file. Comes before what serves the folder.
 *
 * @param folder as it is when the server starts; a file that comes later is served as it is
 */
export function preferCompressed(folder: string): RequestHandler {
  const names = new Set(readdirSync(folder).map(name => `/${name}`));
  return (request: Request, response: Response, next: NextFunction) => {
    const { path } = request;
    const made = ENCODINGS.filter(({ ending }) => names.has(path + ending));
    if (made.length === 0) {
      next();
      return;
    }
    response.vary('Accept-Encoding');
    // One by one: of several that are as welcome, it would name the one that the browser happens to name first.
    const chosen = made.find(({ encoding }) => request.acceptsEncodings(encoding) === encoding);
    if (chosen !== undefined) {
      response.setHeader('Content-Encoding', chosen.encoding);
      response.type(extname(path));
      request.url = path + chosen.ending;
    }
    next();
  };
}
