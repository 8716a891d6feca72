import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { OpenAPIObject } from '@nestjs/swagger';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi-document.js';
import { previewApp } from './preview-app.js';

const FILE = fileURLToPath(new URL('../../openapi.json', import.meta.url));

/** What answers with something else than the envelope. */
const NO_ENVELOPE = ['exportHistory', 'auditExport', 'downloadBackup', 'getDrillReport', 'getMetrics'];

type Operation = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema?: object }> }>>;
};

describe('the description of the API', () => {
  let document: OpenAPIObject;
  let operations: readonly (readonly [string, Operation])[];

  beforeAll(async () => {
    document = openApiDocument(await previewApp());
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Operation>).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
  });

  it('is the one that is committed; UPDATE_GOLDEN=1 writes it anew', async () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(FILE, text);
    expect(text).toBe(await readFile(FILE, 'utf8'));
  });

  it('is OpenAPI 3.1, and every reference in it leads somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const names = Object.keys(document.components?.schemas ?? {});
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(references.filter(name => !names.includes(name ?? ''))).toEqual([]);
    expect(text).not.toContain('#/$defs/');
  });

  it('names and summarises every operation, each by a name of its own', () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(operations.filter(([, { summary }]) => !summary).map(([route]) => route)).toEqual([]);
  });

  it('says of every operation how it succeeds and how it fails', () => {
    for (const [route, { operationId = '', responses }] of operations) {
      const success = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(success.length, route).toBeGreaterThan(0);
      if (NO_ENVELOPE.includes(operationId)) continue;
      for (const [, { content }] of success) expect(JSON.stringify(content), route).toContain('"success"');
      if (!/healthz/.test(route)) {
        expect(JSON.stringify(responses), route).toContain('ErrorEnvelope');
      }
    }
  });
});
