import { vi } from 'vitest';

/** What a route answers with; a function is asked anew each time. */
export type FakeRoute = unknown;

export interface FakeApi {
  /** `GET history?page=2` and the like, in the order they came. */
  readonly asked: string[];
  /** Changes or adds a route while a test runs. */
  readonly routes: Record<string, FakeRoute>;
}

/** An answer that is an error. */
export class FakeError {
  constructor(
    readonly status: number,
    readonly errorType: string,
    readonly message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {}
}

/**
 * Stands in for the network: the rest of the app is the real one.
 *
 * @param routes `GET history` to the data that its envelope holds, to a `FakeError`, or to a function that returns either,
 *   at once or later
 */
export function fakeApi(routes: Record<string, FakeRoute>): FakeApi {
  const api: FakeApi = { asked: [], routes };
  vi.stubGlobal(
    'fetch',
    vi.fn((input: Request | string | URL, init?: RequestInit) => {
      const request = input instanceof Request ? input : new Request(new URL(input, location.href), init);
      const { pathname, search } = new URL(request.url);
      const path = pathname.replace(/^\/backup\/api\//, '');
      api.asked.push(`${request.method} ${path}${search}`);
      const route = api.routes[`${request.method} ${path}`];
      const answer: unknown =
        typeof route === 'function' ? (route as (asked: Request) => unknown)(request) : route;
      return Promise.resolve(answer).then(respond);
    }),
  );
  return api;
}

function respond(answer: unknown): Response {
  if (answer === undefined)
    return respond(new FakeError(404, 'not_found', 'There is nothing at this address.'));
  const [status, body] =
    answer instanceof FakeError
      ? [
          answer.status,
          {
            status: 'error',
            message: answer.message,
            error_type: answer.errorType,
            details: answer.details,
            timestamp: '2026-03-01T09:15:00.000Z',
          },
        ]
      : [200, { status: 'success', message: '', data: answer, timestamp: '2026-03-01T09:15:00.000Z' }];
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}
