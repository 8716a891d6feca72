import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FrameworkLog } from '@satchel/wiring';
import cookieParser from 'cookie-parser';
import type { NextFunction, Request, Response } from 'express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { AppOptions } from './app.module.js';
import type { ConnectionLimits } from './http/limit-connections.js';
import { JsonAdapter } from './http/json-adapter.js';
import { CONNECTION_LIMITS, limitConnections } from './http/limit-connections.js';
import { securityHeaders } from './http/security-headers.js';
import { serveWebApp } from './http/serve-web-app.js';
import { serveDocs } from './openapi/serve-docs.js';
import { localMetrics } from './system/local-metrics.js';
import { Metrics } from './system/metrics.js';

/** Where the API is; health and metrics stand at the root, for whoever watches over the process. */
export const API_PREFIX = 'backup/api';

/** Largest body that is not an upload, in bytes. */
const MAX_BODY_BYTES = 100 * 1024;

/**
 * Makes the server, ready to listen.
 *
 * @param options.config `server.trustedProxies` decides which addresses are believed
 */
export async function createServer(
  options: AppOptions,
  limits: ConnectionLimits = CONNECTION_LIMITS,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    await AppModule.forOptions(options),
    new JsonAdapter(),
    { bufferLogs: true, bodyParser: false, abortOnError: false },
  );
  app.useLogger(new FrameworkLog(app.get(Logger)));
  app.set('trust proxy', options.config.server.trustedProxies);
  app.disable('x-powered-by');
  // Answers are not to be kept, so there is nothing to compare; downloads have tags of their own.
  app.disable('etag');
  const metrics = app.get(Metrics);
  app.use(metrics.http.middleware);
  app.use(securityHeaders());
  serveWebApp(app);
  app.use(cookieParser());
  app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  app.use('/metrics', localMetrics(metrics));
  app.use(`/${API_PREFIX}`, keepNothing);
  useApiPrefix(app);
  serveDocs(app);
  limitConnections(app.getHttpServer(), limits);
  return app;
}

/** What the API says of a school is kept neither by a browser nor by a proxy. */
function keepNothing(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

/** Puts all routes under the API's path, but those for whoever watches over the process. */
export function useApiPrefix(app: INestApplication): void {
  app.setGlobalPrefix(API_PREFIX, { exclude: ['healthz', 'readyz', 'metrics'] });
}
