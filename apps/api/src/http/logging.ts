import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { Logger } from 'pino';

/** An id that a proxy may give; anything else is replaced, since it goes into logs as it is. */
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** Routes that are asked every few seconds by machines, and would drown the log. */
const QUIET = /^\/(healthz|readyz|metrics)\/?(\?|$)/;

/** Answers that say 5xx although nothing is wrong. */
const expected = new WeakSet<ServerResponse>();

/** Has the log take an answer for a warning, although its status is that of a fault. */
export function markExpected(response: ServerResponse): void {
  expected.add(response);
}

/**
 * Structured logs, one JSON object a line: each request with its id, method, path without query, status and duration.
 * Headers and bodies are left out, so no cookie, token or row can be in them.
 */
export function loggerParams(logger: Logger): Params {
  return {
    pinoHttp: {
      logger,
      genReqId: (request: IncomingMessage, response: ServerResponse) => {
        const given = request.headers['x-request-id'];
        const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
        response.setHeader('X-Request-Id', id);
        return id;
      },
      serializers: {
        req: (request: { id: unknown; method: string; url: string }) => ({
          id: request.id,
          method: request.method,
          path: request.url.replace(/\?.*$/s, ''),
        }),
        res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      },
      customLogLevel: (_request, response, error) =>
        error || (response.statusCode >= 500 && !expected.has(response))
          ? 'error'
          : response.statusCode >= 400
            ? 'warn'
            : 'info',
      autoLogging: { ignore: request => QUIET.test(request.url ?? '') },
      redact: ['req.headers', 'res.headers'],
    },
  };
}
