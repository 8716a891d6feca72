import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ERROR_KINDS, type ErrorKind } from '@satchel/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ERROR_STATUS } from '../http/error-status.js';
import { openApiDocument } from './openapi-document.js';
import { previewApp } from './preview-app.js';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

const FILE = fileURLToPath(new URL('../../openapi.json', import.meta.url));

/** What answers with something else than the envelope. */
const NO_ENVELOPE = ['exportHistory', 'auditExport', 'downloadBackup', 'getDrillReport', 'getMetrics'];

/** Kinds that only a job ends with, never a request. */
const ONLY_OF_JOBS: readonly ErrorKind[] = ['cancelled'];

interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Answer {
  readonly $ref?: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly example?: unknown }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, MediaType> };
  readonly responses: Readonly<Record<string, Answer>>;
}

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

  it('says once how a request shows who makes it, or that it need not', () => {
    for (const [, { security }] of operations) {
      if (security !== undefined) expect(security).toEqual([{ bearer: [] }, { cookie: [] }]);
    }
    expect(operations.filter(([, { security }]) => security !== undefined).length).toBeGreaterThan(60);
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

  it('shows of every operation what a success looks like', () => {
    for (const [route, { responses }] of operations) {
      for (const [status, { content = {}, headers = {} }] of Object.entries(responses)) {
        if (!status.startsWith('2')) continue;
        for (const [type, media] of Object.entries(content)) {
          // Bytes cannot be shown; what is said about them can.
          const shown =
            type === 'application/octet-stream'
              ? Object.values(headers).map(({ example }) => example)
              : examplesOf(media);
          expect(shown.length, `${route} ${status}`).toBeGreaterThan(0);
        }
      }
    }
  });

  it('shows a body of every error that an operation names, under the status of its kind', () => {
    const shown = new Set<string>();
    for (const [route, { responses }] of operations) {
      for (const [status, answer] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const { description, content } = resolved(answer);
        const bodies = Object.values(content ?? {}).flatMap(examplesOf) as { error_type: ErrorKind }[];
        const kinds = bodies.map(({ error_type }) => error_type);
        const named = [...description.matchAll(/`(\w+)`: /g)].map(([, kind]) => kind);
        expect(bodies.length, `${route} ${status}`).toBeGreaterThan(0);
        expect(kinds, `${route} ${status}`).toEqual(expect.arrayContaining(named));
        // No kind has a 416; see DownloadController.
        if (status !== '416') {
          expect(
            kinds.map(kind => String(ERROR_STATUS[kind])),
            `${route} ${status}`,
          ).toEqual(kinds.map(() => status));
        }
        for (const kind of kinds) shown.add(kind);
      }
    }
    expect([...shown].toSorted()).toEqual(
      ERROR_KINDS.filter(kind => !ONLY_OF_JOBS.includes(kind)).toSorted(),
    );
  });

  it('shows nothing that its own schema would not allow', () => {
    const shown = [
      ...Object.entries(document.components?.schemas ?? {}).map(
        ([name, schema]) => [name, { schema, example: (schema as MediaType).example }] as const,
      ),
      ...operations.flatMap(([route, { requestBody, responses }]) =>
        [requestBody, ...Object.values(responses).map(resolved)].flatMap(one =>
          Object.values(one?.content ?? {}).map(media => [route, media] as const),
        ),
      ),
    ] as readonly (readonly [string, MediaType])[];
    let checked = 0;
    for (const [where, media] of shown) {
      const examples = examplesOf(media);
      if (examples.length === 0) continue;
      const schema = z.fromJSONSchema({
        ...(inDefinitions(media.schema) as object),
        $defs: inDefinitions(document.components?.schemas ?? {}) as Record<string, JsonSchema>,
      });
      for (const example of examples) {
        expect(schema.safeParse(example).error?.issues ?? [], where).toEqual([]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(200);
  });

  it('shows of a wrong field one that the operation has', () => {
    let checked = 0;
    for (const [route, { requestBody, parameters = [], responses }] of operations) {
      const answer = responses['400'] && resolved(responses['400']);
      const shown = Object.values(answer?.content ?? {}).flatMap(examplesOf) as {
        error_type: ErrorKind;
        message: string;
        details?: { fields?: { field: string; problem: string }[] };
      }[];
      const own = [
        ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => {
          const name = (schema as { $ref?: string }).$ref?.split('/').at(-1) ?? '';
          const whole = (document.components?.schemas?.[name] ?? schema) as { properties?: object };
          return Object.keys(whole.properties ?? {});
        }),
        ...parameters.map(({ name }) => name),
      ];
      for (const { message, details } of shown.filter(({ details: some }) => some?.fields)) {
        for (const { field, problem } of details?.fields ?? []) {
          expect(own, route).toContain(field);
          expect(message, route).toBe(`A field is wrong: ${field}: ${problem}.`);
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(20);
  });

  it('lets a browser renew its session without a body', () => {
    const refresh = operations.find(([, { operationId }]) => operationId === 'authRefresh');
    expect(refresh?.[1].requestBody?.required).toBe(false);
    const sent = operations.filter(([, { requestBody }]) => requestBody?.required === true);
    expect(sent.length).toBeGreaterThan(5);
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

  function resolved(answer: Answer): Answer {
    const name = answer.$ref?.replace('#/components/responses/', '');
    return name === undefined ? answer : (document.components?.responses?.[name] as Answer);
  }
});

function examplesOf({ example, examples }: MediaType): readonly unknown[] {
  return [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples ?? {}).map(({ value }) => value),
  ];
}

/** As a JSON schema by itself has it: what OpenAPI refers to among its components stands among its definitions. */
function inDefinitions(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'));
}
