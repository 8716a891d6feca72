import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import {
  isRecipient,
  keyChecksum,
  makeKeyPair,
  PRINTED_PREFIX,
  printedKey,
  readIdentities,
  recipientOf,
} from './age-keys.js';

describe('readIdentities', () => {
  it('reads what age-keygen writes, and what somebody has typed from paper', async () => {
    const { identity } = await makeKeyPair();
    const key = identity.reveal();
    const { lines } = printedKey(identity);
    const typed = `${PRINTED_PREFIX} ${lines.map(({ groups }) => groups.join(' ')).join('  ')}`;
    for (const text of [
      `# created: today\r\n# public key: age1…\r\n${key}\r\n`,
      typed,
      typed.toLowerCase(),
    ]) {
      const read = await readIdentities(text);
      expect(read.map(each => each.reveal())).toEqual([key]);
    }
  });

  it.each(['', '# only a comment\n', 'age1qqq\n', 'AGE-SECRET-KEY-1QQQQ\n', '{"json": true}'])(
    'refuses %j',
    async text => {
      await expect(readIdentities(text)).rejects.toMatchObject({ kind: 'validation_error' });
    },
  );

  it('finds every typing error of one letter, says its line and never the key', async () => {
    const { identity } = await makeKeyPair();
    const key = identity.reveal();
    for (let at = PRINTED_PREFIX.length; at < key.length; at++) {
      const wrong = key.slice(0, at) + (key[at] === 'Q' ? 'P' : 'Q') + key.slice(at + 1);
      const error = await readIdentities(`# a\n${wrong}`).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof BackupError)) throw new Error(`letter ${at} was not missed`);
      expect(error.message).toContain('Line 2');
      expect(JSON.stringify([error.message, error.context, String(error.cause)])).not.toContain(
        wrong.slice(20, 40),
      );
    }
  });
});

describe('printedKey', () => {
  it('loses no letter, and its checksums show the line of an error', async () => {
    const { identity } = await makeKeyPair();
    const { lines, checksum } = printedKey(identity);
    expect(PRINTED_PREFIX + lines.map(({ groups }) => groups.join('')).join('')).toBe(identity.reveal());
    expect(checksum).toBe(keyChecksum(identity.reveal()));
    for (const { groups, checksum: own } of lines) {
      expect(own).toMatch(/^[0-9a-f]{4}$/);
      expect(own).toBe(keyChecksum(groups.join('')));
    }
  });
});

it('tells recipients from anything else', async () => {
  const { identity, recipient } = await makeKeyPair();
  expect(await recipientOf(identity)).toBe(recipient);
  expect(isRecipient(recipient)).toBe(true);
  for (const text of [
    '',
    'age1',
    recipient.slice(0, -1),
    `${recipient}q`,
    identity.reveal(),
    'ssh-ed25519 AAAA',
  ])
    expect(isRecipient(text)).toBe(false);
});
