import { expect, it } from 'vitest';
import { drillPage } from './drill-page.js';
import type { DrillReport } from './drill-report.js';

const REPORT: DrillReport = {
  drill_id: 'd',
  backup_id: '5f0c2a4e-8f3b-4c5a-9d57-0e9a3c1b7d21',
  backup_type: 'full',
  backup_name: null,
  backup_created_at: '2026-03-01T09:15:00.000Z',
  file: 'a<b>&"c.json',
  started_at: '2026-03-01T10:00:00.000Z',
  restore_seconds: 41.2,
  total_seconds: 60,
  rows: 3,
  definition_from: 'live database',
  constraints: 2,
  indexes: 4,
  proven: ['The file is whole.'],
  tables: [
    {
      schema: 'public',
      name: '<script>alert(1)</script>',
      role: 'content',
      rows: 3,
      compared: true,
      written: 'added',
    },
  ],
  differences: [],
  left_out: [],
  warnings: ['Mind the gap.'],
};

it('says what was proven, and loads nothing from anywhere', () => {
  const page = drillPage(REPORT, new Date('2026-03-01T10:01:00.000Z'));
  expect(page).toContain('<li>The file is whole.</li>');
  expect(page).toContain('<dt>Restored in</dt><dd>41.2 s</dd>');
  expect(page).toContain('<li>Mind the gap.</li>');
  expect(page).not.toMatch(/https?:|src=|href=|@import|url\(/);
});

it('takes no name for markup', () => {
  const page = drillPage(REPORT, new Date('2026-03-01T10:01:00.000Z'));
  expect(page).not.toContain('<script');
  expect(page).toContain('a&#60;b&#62;&#38;&#34;c.json');
});
