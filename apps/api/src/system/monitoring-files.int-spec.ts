import { readFile } from 'node:fs/promises';
import { createTestDatabase, newestTestServer, type TestDatabase } from '@satchel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const DEPLOY = new URL('../../../../deploy/', import.meta.url);

const RULES = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Satchel[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string().min(1), description: z.string().min(1) }),
        }),
      ),
    }),
  ),
});

const DASHBOARD = z.object({
  title: z.literal('Satchel'),
  uid: z.literal('satchel'),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string().min(1),
      datasource: z.object({ uid: z.literal('${datasource}') }),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string().min(1) })).min(1),
    }),
  ),
});

/** Words of PromQL that name no metric. */
const WORDS = new Set(
  'absent histogram_quantile increase max min predict_linear rate sum time and or unless'.split(' '),
);

let database: TestDatabase;
let api: TestApi;
/** What this server exports, with what Prometheus makes of histograms. */
let exported: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  database = await createTestDatabase(newestTestServer());
  api = await startTestApi({ env: { DATABASE_URL: database.url } });
  exported = exportedBy((await api.call('GET', '/metrics', { token: null })).text);
});

afterAll(async () => {
  await api.close();
  await database.drop();
});

describe('the alert rules for Prometheus', () => {
  it('are well formed, each with its own name', async () => {
    const names = (await rules()).map(({ alert }) => alert);
    expect(names.length).toBeGreaterThan(8);
    expect(new Set(names).size).toBe(names.length);
  });

  it('use only what /metrics exports', async () => {
    for (const { alert, expr } of await rules()) expectExported(expr, alert);
  });
});

describe("Grafana's dashboard", () => {
  it('uses only what /metrics exports', async () => {
    for (const { title, targets } of (await dashboard()).panels) {
      for (const { expr } of targets) expectExported(expr, title);
    }
  });

  it('has panels with ids of their own that do not overlap', async () => {
    const { panels } = await dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken, title).not.toContain(`${x},${y}`);
          expect(x).toBeLessThan(24);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});

it('would be noticed if they named what is not there', () => {
  expect(metricsIn('sum by (type) (rate(satchel_nothing{kind="up"}[5m])) > 3 * 60')).toEqual([
    'satchel_nothing',
  ]);
  expect(metricsIn('increase(a_total[1h]) / on (x) group_left b unless c')).toEqual(['a_total', 'b', 'c']);
});

async function rules() {
  const text = await readFile(new URL('prometheus/alert-rules.yml', DEPLOY), 'utf8');
  return RULES.parse(parse(text)).groups.flatMap(group => group.rules);
}

async function dashboard() {
  return DASHBOARD.parse(
    JSON.parse(await readFile(new URL('grafana/satchel-dashboard.json', DEPLOY), 'utf8')),
  );
}

/** Names and labels; what has no value yet has its name all the same. */
function exportedBy(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Map(
    names.map(name => {
      const series = text.matchAll(new RegExp(`^${name}\\{(.*)\\} `, 'gm'));
      const labels = [...series].flatMap(([, inside = '']) =>
        [...inside.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
      );
      return [name, new Set(labels)];
    }),
  );
}

function expectExported(expr: string, where: string): void {
  const used = metricsIn(expr);
  expect(used.length, where).toBeGreaterThan(0);
  // `up` is Prometheus' own.
  for (const name of used.filter(each => each !== 'up')) expect([...exported.keys()], where).toContain(name);
  for (const [, name = '', inside = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
    const labels = exported.get(name);
    if (labels === undefined || labels.size === 0) continue;
    for (const [, label = ''] of inside.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)) {
      // Who was scraped is added by Prometheus.
      if (!['job', 'instance'].includes(label)) expect([...labels], `${where}: ${name}`).toContain(label);
    }
  }
}

/** Names of metrics in an expression of PromQL. */
function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '')
    .replace(/\bgroup_(left|right)\b/g, '');
  return [...bare.matchAll(/\b[a-zA-Z_:][\w:]*/g)].map(([word]) => word).filter(word => !WORDS.has(word));
}
