import type { NextFunction, Request, Response } from 'express';
import type { Registry } from 'prom-client';
import { Histogram } from 'prom-client';

/** Seconds; an upload or an analysis takes long by its nature. */
const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];

/**
 * Counts and times requests by route and status. A route's pattern is its label, never an address that somebody made up: each
 * new one would stay in memory.
 */
export class HttpMetrics {
  readonly #durations: Histogram<'method' | 'route' | 'status'>;

  constructor(registry: Registry) {
    this.#durations = new Histogram({
      name: 'satchel_http_request_duration_seconds',
      help: 'Requests by method, route and status, and how long they took.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    response.once('close', () => {
      this.#durations.observe(
        { method: methodOf(request), route: routeOf(request), status: statusOf(response) },
        (performance.now() - startedMs) / 1000,
      );
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function methodOf({ method }: Request): string {
  return METHODS.has(method) ? method : 'other';
}

function routeOf(request: Request): string {
  const route: unknown = request.route;
  return typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string'
    ? route.path
    : 'none';
}

/** 499, as proxies say it, where the client did not wait for the answer. */
function statusOf({ writableFinished, statusCode }: Response): number {
  return writableFinished ? statusCode : 499;
}
