import { expect, it } from 'vitest';
import { csvLine } from './csv.js';

it('writes each kind of value, and ends the line as RFC 4180 says', () => {
  expect(csvLine(['full', 12, -3, true, new Date('2026-03-01T09:15:00Z'), null, undefined, 7n])).toBe(
    'full,12,-3,true,2026-03-01T09:15:00.000Z,,,7\r\n',
  );
});

it('puts quotes around what would be cut into two cells or two lines', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', 'x;y', ' blank'])).toBe(
    '"a,b","say ""hi""","two\nlines","x;y"," blank"\r\n',
  );
});

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '  =1',
  '＝1',
  '\0=1',
  '=HYPERLINK("http://x";"y")',
])('lets no spreadsheet run %j', text => {
  const written = csvLine([text]);
  expect(written.replace(/^"/, '').startsWith("'")).toBe(true);
  expect(written).not.toContain('\0');
});

it('leaves ordinary text alone', () => {
  expect(csvLine(['daily_backup', 'a-b', 'x=1', "O'Neill", 'Schüler'])).toBe(
    "daily_backup,a-b,x=1,O'Neill,Schüler\r\n",
  );
});
