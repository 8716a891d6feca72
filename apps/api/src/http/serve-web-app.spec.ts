import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWebApp } from './serve-web-app.js';

@Controller('backup/api')
class Answering {
  @Get('history')
  history() {
    return { answered: true };
  }
}

@Module({ controllers: [Answering] })
class TestModule {}

describe('the web app', () => {
  let folder: string;
  let app: NestExpressApplication;
  let base: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satchel-web-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<h1>The page</h1>');
    await writeFile(join(folder, 'robots.txt'), 'none');
    await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'run()');
    await writeFile(join(folder, 'assets', 'app-1a2b.js.br'), brotliCompressSync('run()'));
    await writeFile(join(folder, 'assets', 'app-1a2b.js.gz'), gzipSync('run()'));
    await writeFile(join(folder, 'assets', 'small-3c4d.css'), 'a {}');
    app = await NestFactory.create<NestExpressApplication>(TestModule, { logger: false });
    serveWebApp(app, folder);
    await app.listen(0, '127.0.0.1');
    base = (await app.getUrl()).replace(/\/$/, '');
  });

  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, accept = 'text/html,*/*') =>
    fetch(`${base}${path}`, { headers: { accept }, redirect: 'manual' });

  it('gives its first page to whoever names no type', async () => {
    const response = await get('/backup/', '*/*');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('The page');
  });

  it.each(['/backup/', '/backup/history', '/backup/history/?page=2', '/backup/a/b.c'])(
    'gives the page at %s, and lets browsers ask again',
    async path => {
      const response = await get(path);
      expect(await response.text()).toContain('The page');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it.each(['/', '/backup'])('leads from %s to the app', async path => {
    const response = await get(path);
    expect([response.status, response.headers.get('location')]).toEqual([308, '/backup/']);
  });

  it('lets browsers keep what has its hash in its name', async () => {
    const response = await get('/backup/assets/app-1a2b.js');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    ['br', 'gzip, deflate, br'],
    ['gzip', 'gzip, deflate'],
    [null, 'identity'],
  ])('gives what the build has compressed, as %s to who takes %s', async (encoding, accepted) => {
    const response = await fetch(`${base}/backup/assets/app-1a2b.js`, {
      headers: { 'accept-encoding': accepted },
    });
    expect(await response.text()).toBe('run()');
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('gives as it is what the build has not compressed', async () => {
    const response = await get('/backup/assets/small-3c4d.css');
    expect(await response.text()).toBe('a {}');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it.each([
    '/backup/assets/gone.js',
    '/backup/assets/..%2f..%2f..%2fpackage.json',
    '/backup/api/nothing',
    '/backup/assets/..%2findex.html',
  ])('does not give the page for %s', async path => {
    const response = await get(path);
    expect([403, 404]).toContain(response.status);
    expect(await response.text()).not.toContain('The page');
  });

  it('does not stand before the API', async () => {
    expect(await (await get('/backup/api/history')).json()).toEqual({ answered: true });
  });

  it('gives data, not the page, to who asks for data', async () => {
    expect((await get('/backup/history', 'application/json')).status).toBe(404);
  });
});
