import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadWiringConfig } from '@satchel/wiring';
import { pino } from 'pino';
import { AppModule } from '../app.module.js';
import { useApiPrefix } from '../create-server.js';

/** The server as its controllers and schemas describe it; nothing is made, so neither database nor Redis is needed. */
export async function previewApp(): Promise<INestApplication> {
  const config = loadWiringConfig({ env: {}, cwd: '/nonexistent' });
  const options = { config, log: pino({ enabled: false }), notice: () => undefined };
  const app = await NestFactory.create(await AppModule.forOptions(options), {
    preview: true,
    abortOnError: false,
    logger: false,
  });
  useApiPrefix(app);
  return app;
}
