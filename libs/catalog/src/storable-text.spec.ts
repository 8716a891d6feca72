import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storableJson, storableText } from './storable-text.js';

it('changes nothing but NUL and halves of characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(storableText(text)).toBe(text.replaceAll('\0', '\ufffd'));
    }),
  );
  expect(storableText('a\ud800b\udc00c😀')).toBe('a\ufffdb\ufffdc😀');
});

it('keeps every JSON value that has none of them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = JSON.stringify(value).replaceAll('\\u0000', '');
      fc.pre(!/\\ud[89a-f]/.test(text));
      expect(storableJson(JSON.parse(text))).toEqual(JSON.parse(text));
    }),
  );
  expect(storableJson({ at: new Date(0), size: 12n, key: ['\0'] })).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    size: '12',
    key: ['\ufffd'],
  });
});
