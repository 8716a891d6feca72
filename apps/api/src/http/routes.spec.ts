import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { loadWiringConfig } from '@satchel/wiring';
import { expect, it } from 'vitest';
import { AppModule } from '../app.module.js';
import { Public } from '../auth/route-policy.js';
import { listRoutes } from '../testing/list-routes.js';

it('states for every route who may call it', async () => {
  const config = loadWiringConfig({ env: {}, cwd: '/nonexistent' });
  // Nothing is made, so no database is needed: only what modules and controllers say is looked at.
  const app = await NestFactory.create(
    await AppModule.forOptions({ config, log: pino({ enabled: false }), notice: () => undefined }),
    {
      preview: true,
      abortOnError: false,
      logger: false,
    },
  );
  const routes = listRoutes(app);
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter(({ policy }) => policy === undefined)).toEqual([]);
  expect(
    routes.filter(({ policy }) => policy === 'public').map(({ method, path }) => `${method} ${path}`),
  ).toEqual(['POST /backup/api/auth/login', 'POST /backup/api/auth/refresh', 'GET /healthz', 'GET /readyz']);
});

it('finds a route that says nothing', async () => {
  @Controller('stray')
  class StrayController {
    @Get('open')
    @Public()
    open() {}

    @Get('forgotten')
    forgotten() {}
  }
  @Module({ controllers: [StrayController] })
  class StrayModule {}
  const app = await NestFactory.create(StrayModule, { preview: true, logger: false, abortOnError: false });
  expect(listRoutes(app)).toEqual([
    {
      handler: 'StrayController.open',
      method: 'GET',
      path: '/backup/api/stray/open',
      policy: 'public',
    },
    {
      handler: 'StrayController.forgotten',
      method: 'GET',
      path: '/backup/api/stray/forgotten',
      policy: undefined,
    },
  ]);
});
