import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeProgress, ProgressDisplay } from './progress-display.js';
import { byteSize, counted, duration, moment } from './quantity.js';
import { safeLine, safeText } from './safe-text.js';
import { fields, table } from './table.js';
import { cutToWidth, textWidth } from './text-width.js';

describe('quantities', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [2_377_733, '2.4 MB'],
    [999_999, '1.0 MB'],
    [123_456_789_012, '123 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });

  it.each([
    [120, '0.1 s'],
    [9_949, '9.9 s'],
    [59_400, '59 s'],
    [125_000, '2 min 5 s'],
    [12_000_000, '3 h 20 min'],
    [5 * 86_400_000, '5 days'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('count one in the singular', () => {
    expect([counted(1, 'row'), counted(1234, 'row')]).toEqual(['1 row', '1,234 rows']);
  });

  it('show a moment without the machine’s own zone', () => {
    expect(moment('2026-03-01T09:15:00.123Z')).toBe('2026-03-01 09:15:00 UTC');
  });
});

describe('text from strangers', () => {
  it('cannot move the cursor, colour the screen or turn the writing around', () => {
    expect(safeLine('a\u001B[2Jb\r\nc\u202Ed')).toBe('a\\u001b[2Jb\\u000d\\nc\\u202ed');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0x2100 }).map(code => String.fromCodePoint(code)) }),
        text => {
          // oxlint-disable-next-line no-control-regex
          expect(safeText(text)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
        },
      ),
    );
  });

  it('is never cut wider than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, cells) => {
        expect(textWidth(cutToWidth(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});

describe('tables', () => {
  it('line up names of any script', () => {
    expect(
      table(
        [{ title: 'name' }, { title: 'rows', align: 'right' }],
        [
          ['José', '7'],
          ['जिया', '1,234'],
          ['学生', '12'],
        ],
      ),
    ).toBe(
      ['  name   rows', '  José      7', '  जिया   1,234', '  学生     12']
        .join('\n')
        .replace('जिया   ', `जिया${' '.repeat(6 - textWidth('जिया'))}`),
    );
  });

  it('leave out what is not known', () => {
    expect(
      fields([
        ['a', '1'],
        ['much longer', null],
        ['bc', '2'],
      ]),
    ).toBe('  a   1\n  bc  2');
  });
});

describe('progress', () => {
  const progress = {
    phase: 'writing',
    rows: 500,
    bytes: 2_000_000,
    totalRows: 1000,
    relation: 'a.b',
  } as const;

  it('says share, rows, bytes, rate, time left and table', () => {
    expect(describeProgress(progress, 4000, false)).toBe(
      'Writing  50 %  500 rows  2.0 MB  500 kB/s  4.0 s left  a.b',
    );
  });

  it('never claims more than all', () => {
    expect(describeProgress({ ...progress, rows: 3000 }, 4000, false)).toContain('100 %');
  });

  it('writes a plain line every five seconds where there is no terminal', () => {
    const lines: string[] = [];
    let now = 0;
    const display = new ProgressDisplay({ write: text => lines.push(text) }, () => now);
    for (now = 0; now <= 12_000; now += 10) display.onProgress(progress);
    display.clear();
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/[\r\u001B]/);
  });

  it('redraws a bar on a terminal, no wider than it, and takes it off again', () => {
    const drawn: string[] = [];
    let now = 1000;
    const display = new ProgressDisplay(
      { isTTY: true, columns: 40, write: text => drawn.push(text) },
      () => now,
    );
    for (; now < 2000; now += 1) display.onProgress(progress);
    display.clear();
    expect(drawn.length).toBeLessThanOrEqual(12);
    expect(Math.max(...drawn.map(text => textWidth(text.replace('\r\u001B[2K', ''))))).toBeLessThan(40);
    expect(drawn.at(-1)).toBe('\r\u001B[2K');
  });
});
