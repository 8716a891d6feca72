import fc from 'fast-check';
import pg from 'pg';
import { expect, it } from 'vitest';
import { CATALOG_TYPES, toMoment } from './moments.js';

const TIMESTAMPTZ = pg.types.builtins.TIMESTAMPTZ;
const byDriver = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => unknown;

it.each([
  ['2026-03-01 09:15:00+00', '2026-03-01T09:15:00.000Z'],
  ['2026-03-01 09:15:00.1+00', '2026-03-01T09:15:00.100Z'],
  ['2026-03-01 09:15:00.123456+00', '2026-03-01T09:15:00.123Z'],
  ['2026-03-01 09:15:00.0009+00', '2026-03-01T09:15:00.000Z'],
  ['2026-03-01 00:15:00+02', '2026-02-28T22:15:00.000Z'],
  ['2026-03-01 09:15:00-03:30', '2026-03-01T12:45:00.000Z'],
  ['0101-03-01 09:15:00+00', '0101-03-01T09:15:00.000Z'],
])('reads %s', (text, moment) => {
  expect((toMoment(text) as Date).toISOString()).toBe(moment);
});

it.each([
  'infinity',
  '-infinity',
  '0044-03-15 12:00:00+00 BC',
  '0099-03-15 12:00:00+00',
  '12026-03-01 09:15:00+00',
  '1890-01-01 00:00:00+00:19:32',
  'Sun Mar 01 09:15:00 2026 UTC',
  '',
])('leaves %j to the driver', text => {
  expect(toMoment(text)).toEqual(byDriver(text));
});

it('reads every moment of a thousand years as the driver does, in any zone', () => {
  const moments = fc.date({
    min: new Date('1600-01-01T00:00:00Z'),
    max: new Date('2600-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  const zones = fc.constantFrom('+00', '-08', '+14', '+05:45', '-03:30');
  fc.assert(
    fc.property(moments, zones, (moment, zone) => {
      // Half seconds and quarters, which are exact in the driver's way too.
      const text = `${moment.toISOString().slice(0, 19).replace('T', ' ')}.25${zone}`;
      expect(toMoment(text)).toEqual(byDriver(text));
    }),
  );
});

it('is asked for moments as text alone', () => {
  expect(CATALOG_TYPES.getTypeParser(TIMESTAMPTZ, 'text')).toBe(toMoment);
  expect(CATALOG_TYPES.getTypeParser(TIMESTAMPTZ, 'binary')).not.toBe(toMoment);
  const { INT4 } = pg.types.builtins;
  expect(CATALOG_TYPES.getTypeParser(INT4, 'text')).toBe(pg.types.getTypeParser(INT4, 'text'));
});
