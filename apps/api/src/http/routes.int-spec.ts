import { randomUUID } from 'node:crypto';
import type { Permission } from '@satchel/domain';
import { PERMISSIONS } from '@satchel/domain';
import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ListedRoute } from '../testing/list-routes.js';
import { listRoutes } from '../testing/list-routes.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { tokenOfNewUser } from '../testing/test-user.js';

let database: TestDatabase;
let api: TestApi;
let routes: readonly ListedRoute[];
const withOnly = new Map<Permission, string>();
const withAllBut = new Map<Permission, string>();

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({ env: { DATABASE_URL: database.url, RATE_LIMIT_PER_MINUTE: '1000000' } });
  routes = listRoutes(api.app);
  for (const permission of PERMISSIONS) {
    withOnly.set(permission, await tokenOfNewUser(api, { grants: [permission] }));
    const others = PERMISSIONS.filter(other => other !== permission);
    withAllBut.set(permission, await tokenOfNewUser(api, { grants: others }));
  }
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

/** Only the status: what is streamed without end is not read. */
async function statusOf(method: string, path: string, token: string | null): Promise<number> {
  const controller = new AbortController();
  const response = await fetch(api.url + path, {
    method,
    // As through a proxy: `/metrics` is open to programs on this machine.
    headers: { 'X-Forwarded-For': '203.0.113.5', ...(token && { Authorization: `Bearer ${token}` }) },
    signal: controller.signal,
  });
  controller.abort();
  return response.status;
}

/** What a route answers, with a slash at the end of its path and without. */
async function statusesOf({ method, path }: ListedRoute, token: string | null): Promise<number[]> {
  const called = path.replace(/:\w+/g, () => randomUUID());
  return [await statusOf(method, called, token), await statusOf(method, `${called}/`, token)];
}

function nameOf({ method, path }: ListedRoute): string {
  return `${method} ${path}`;
}

it('knows every route that the server listens to', () => {
  const { router } = api.app.getHttpAdapter().getInstance() as { router: { stack: unknown } };
  const served = STACK.parse(router.stack).flatMap(({ route }) =>
    // Middleware stands under every method there is; a route under one.
    route && Object.keys(route.methods).length === 1
      ? Object.keys(route.methods).map(method => `${method.toUpperCase()} ${route.path}`)
      : [],
  );
  // The API's description is no route of a controller; anyone may read it.
  const described = served.filter(name => !/^GET \/backup\/api\/(docs|openapi\.(json|yaml)$)/.test(name));
  expect([...new Set(routes.map(nameOf))].sort()).toEqual([...new Set(described)].sort());
});

const STACK = z.array(
  z.object({
    route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
  }),
);

it('asks everybody to sign in, but where a route is public', async () => {
  for (const route of routes) {
    const statuses = await statusesOf(route, null);
    if (route.policy === 'public') expect(statuses, nameOf(route)).not.toContain(404);
    else expect(statuses, nameOf(route)).toEqual([401, 401]);
  }
});

it('refuses whoever lacks just the permission of a route', async () => {
  for (const route of routes) {
    if (typeof route.policy !== 'object') continue;
    const token = withAllBut.get(route.policy.permission) ?? null;
    expect(await statusesOf(route, token), nameOf(route)).toEqual([403, 403]);
  }
});

it('lets in whoever has just the permission of a route', async () => {
  for (const route of routes) {
    if (typeof route.policy !== 'object') continue;
    const token = withOnly.get(route.policy.permission) ?? null;
    for (const status of await statusesOf(route, token)) {
      expect([401, 403, 405, 429, 500], nameOf(route)).not.toContain(status);
    }
  }
});

it('lets in whoever has signed in, where that is enough', async () => {
  let token = await tokenOfNewUser(api);
  for (const route of routes.filter(({ policy }) => policy === 'signed-in')) {
    const called = route.path.replace(/:\w+/g, () => randomUUID());
    for (const path of [called, `${called}/`]) {
      expect([401, 403, 500], nameOf(route)).not.toContain(await statusOf(route.method, path, token));
      // One of these routes signs out.
      const isOver = (await statusOf('GET', '/backup/api/auth/me', token)) === 401;
      if (isOver) token = await tokenOfNewUser(api);
    }
  }
});
