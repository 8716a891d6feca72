import { ExpressAdapter } from '@nestjs/platform-express';
import type { Response } from 'express';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Express, but for how an object is sent. `response.json` finds out what is always the same here (the type, that there is no tag
 * to compare, that there is a body), and hands head and body to the system one by one; together they are one write.
 */
export class JsonAdapter extends ExpressAdapter {
  override reply(response: Response, body: unknown, statusCode?: number): unknown {
    if (!isPlain(body)) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.statusCode = statusCode;
    const text = JSON.stringify(body);
    response.setHeader('Content-Type', JSON_TYPE);
    response.setHeader('Content-Length', Buffer.byteLength(text));
    // Node leaves the body out where the request was a HEAD.
    return response.end(text);
  }
}

/** What our envelopes are; streams and whatever else a class stands for are for Express. */
function isPlain(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype;
}
