import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowSetDigest } from './row-set-digest.js';

function digestOf(batches: readonly (readonly string[])[]): string {
  const digest = new RowSetDigest();
  for (const rows of batches) {
    digest.update({ bytes: Buffer.from(rows.map(row => `${row}\n`).join('')), rows: rows.length });
  }
  return digest.value();
}

const rows = fc.array(
  fc.json({ maxDepth: 1 }).map(text => text.replaceAll('\n', ' ')),
  { maxLength: 20 },
);

it('is the same in any order and any batches', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (given, cut) => {
      const turned = [...given].reverse();
      const at = given.length === 0 ? 0 : cut % given.length;
      expect(digestOf([turned.slice(0, at), turned.slice(at)])).toBe(digestOf([given]));
    }),
  );
});

it('is another one when a row is other, missing, or there twice', () => {
  const one = digestOf([['[1,"a"]', '[2,"b"]']]);
  expect(digestOf([['[1,"a"]', '[2,"c"]']])).not.toBe(one);
  expect(digestOf([['[1,"a"]']])).not.toBe(one);
  expect(digestOf([['[1,"a"]', '[2,"b"]', '[2,"b"]']])).not.toBe(one);
  expect(digestOf([['[1,"b"]', '[2,"a"]']])).not.toBe(one);
});
