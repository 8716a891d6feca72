import { gzipSync, zstdCompressSync } from 'node:zlib';
import { BackupError, type BackupReader } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from './compress.js';
import { openBackup, readBackup, type BackupFile } from './open-backup.js';
import {
  archiveOf,
  gather,
  inChunks,
  inventedSession,
  OUR_KEYS,
  readRows,
  relationNamed,
} from './testing/invented-backup.js';
import { verifyArchive } from './verify-archive.js';

const SESSION = inventedSession(
  [relationNamed('student', 2)],
  [{ relation: 0, batches: [['[1,"Asha"]', '[2,"Ravi \\"R\\""]']] }],
);

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function file(bytes: Uint8Array | string, chunkSize = 1000): BackupFile & { opened: number; closed: number } {
  const made = {
    name: 'backup.json',
    opened: 0,
    closed: 0,
    open: () => {
      made.opened++;
      return Promise.resolve(counted());
    },
  };
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* inChunks(Buffer.from(bytes), chunkSize);
    } finally {
      made.closed++;
    }
  }
  return made;
}

async function refusal(bytes: Uint8Array | string): Promise<BackupError> {
  const given = file(bytes);
  const error: unknown = await readBackup(given, { keyRing: OUR_KEYS }, verifyArchive).then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BackupError)) throw error;
  expect(given.closed).toBe(given.opened);
  return error;
}

describe('readBackup', () => {
  const forms: [string, (bytes: Buffer) => Buffer][] = [
    ['plain', bytes => bytes],
    ['gzip', bytes => gzipSync(bytes)],
    ['zstd', bytes => zstdCompressSync(bytes)],
    ['byte order mark', bytes => Buffer.concat([BOM, bytes])],
    ['byte order mark in gzip', bytes => gzipSync(Buffer.concat([BOM, bytes]))],
  ];

  it.each(forms)('reads our own layout once (%s)', async (_, form) => {
    const given = file(form(await archiveOf(SESSION)), 3);
    const verified = await readBackup(given, { keyRing: OUR_KEYS }, verifyArchive);
    expect(verified).toMatchObject({ origin: 'ours', rows: 2, format: 'satchel' });
    expect(verified.relations).toEqual([{ schema: 'public', name: 'student', role: 'content', rows: 2 }]);
    expect(given).toMatchObject({ opened: 1, closed: 1 });
  });

  it.each(forms)('reads the same document in another layout (%s)', async (_, form) => {
    const indented = JSON.stringify(JSON.parse((await archiveOf(SESSION)).toString()), null, 2);
    const given = file(form(Buffer.from(`\n ${indented}`)));
    const rows: string[][][] = [];
    const { origin } = await readBackup(given, { keyRing: OUR_KEYS }, async reader => {
      rows.push(await readRows(reader));
      return reader.result();
    });
    expect(origin).toBe('relaid');
    expect(rows).toEqual([[['[1,"Asha"]', '[2,"Ravi \\"R\\""]']]]);
    expect(given.closed).toBe(given.opened);
  });

  it('starts anew with the tolerant reader where the layout changes on the way', async () => {
    const text = (await archiveOf(SESSION)).toString().replace('],\n[2', '] , [2');
    const readers: BackupReader[] = [];
    const rows = await readBackup(file(text), { keyRing: OUR_KEYS }, async reader => {
      readers.push(reader);
      return readRows(reader);
    });
    expect(readers).toHaveLength(2);
    expect(rows).toEqual([['[1,"Asha"]', '[2,"Ravi \\"R\\""]']]);
  });

  it('names damaged rows by their table', async () => {
    const error = await refusal((await archiveOf(SESSION)).toString().replace('Asha', 'Usha'));
    expect(error.kind).toBe('invalid_backup');
    expect(error.message).toContain('student');
  });

  it('does not start anew where the tolerant reader would find the same', async () => {
    const text = (await archiveOf(SESSION)).toString().replace('head.office', 'Head.office');
    let runs = 0;
    const reading = readBackup(file(text), { keyRing: OUR_KEYS }, async reader => {
      runs++;
      return readRows(reader);
    });
    await expect(reading).rejects.toThrow('does not match its digest');
    expect(runs).toBe(1);
  });

  it.each(['gzip', 'zstd'] as const)(
    'detects every flipped byte of a compressed file (%s)',
    async form => {
      const archive = await archiveOf(SESSION);
      const bytes = await gather(compress(inChunks(archive, 1000), form));
      let unused = 0;
      for (let at = 0; at < bytes.length; at++) {
        for (const bit of [0x01, 0x40]) {
          const flipped = Buffer.from(bytes);
          flipped.writeUInt8(flipped.readUInt8(at) ^ bit, at);
          const outcome = await readBackup(file(flipped, 4096), { keyRing: OUR_KEYS }, verifyArchive).catch(
            (error: unknown) => {
              if (!(error instanceof BackupError)) throw error;
              return null;
            },
          );
          // Some bits mean nothing, such as a gzip header's time or the padding of its last block: nothing is lost then.
          if (outcome?.origin !== 'ours') continue;
          unused++;
          expect(await gather(decompress(inChunks(flipped, 4096), form)), `byte ${at}`).toEqual(archive);
        }
      }
      expect(unused).toBeLessThan(20);
    },
    60_000,
  );

  it('detects every flipped byte and every cut of a plain file, by whichever reader', async () => {
    const archive = await archiveOf(SESSION);
    const originOf = (bytes: Uint8Array): Promise<string> =>
      readBackup(file(bytes, 4096), { keyRing: OUR_KEYS }, verifyArchive).then(
        ({ origin }) => origin,
        (error: unknown) => {
          if (!(error instanceof BackupError)) throw error;
          return 'refused';
        },
      );
    for (let at = 0; at < archive.length; at++) {
      const flipped = Buffer.from(archive);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at);
      expect(await originOf(flipped), `byte ${at}`).toMatch(/refused|altered|foreign/);
      // Without its last line feed alone the document is whole: every byte under its digest is there.
      const whole = at === archive.length - 1;
      expect(await originOf(archive.subarray(0, at)), `cut at ${at}`).toBe(whole ? 'ours' : 'refused');
    }
  }, 60_000);

  it('refuses rows that are no rows although their digests fit', async () => {
    const session = inventedSession(
      [relationNamed('student', 2)],
      [{ relation: 0, batches: [['[1,2]', '[1]']] }],
    );
    expect((await refusal(await archiveOf(session))).message).toContain('Row 2 of public.student');
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['an empty file', '', /backup\.json is empty/],
    ['white space', ' \n\n', /nothing but white space/],
    ['a compressed nothing', gzipSync(''), /after unpacking the gzip\) is empty/],
    ['text', 'hello', /not JSON/],
    ['a custom dump', 'PGDMP\x01\x0e', /pg_restore/],
    ['SQL', '--\n-- PostgreSQL database dump\n--\n', /psql/],
    ['SQL after its preamble', 'SET statement_timeout = 0;\n', /psql/],
    ['a ZIP archive', 'PK\x03\x04\x14', /Unpack it/],
    ['a PDF document', '%PDF-1.7', /PDF/],
    ['an age file as text', '-----BEGIN AGE ENCRYPTED FILE-----', /age --decrypt/],
    ['a cut-off age file', 'age-encryption.org/v1\n-> X25519', /cut off/],
    ['a web page', '<!DOCTYPE html><html>', /sign-in/],
    [
      'a tar archive',
      Buffer.concat([Buffer.from('toc.dat'.padEnd(257, '\0')), Buffer.from('ustar\0')]),
      /tar archive/,
    ],
    ['UTF-16', Buffer.from('\ufeff{"satchel":1}', 'utf16le'), /UTF-16/],
    ['a file compressed twice', gzipSync(gzipSync('x')), /compressed twice/],
    ['a cut-off file', gzipSync(Buffer.from('{}')).subarray(0, 12), /cut off/],
  ])('refuses %s and says what to do', async (_, bytes, message) => {
    const error = await refusal(bytes);
    expect(error.kind).toBe('invalid_backup');
    expect(error.message).toMatch(message);
  });

  it('refuses JSON of something else, and a newer version as such', async () => {
    expect((await refusal('{"name":"a package"}')).kind).toBe('invalid_backup');
    expect((await refusal('{"satchel":2,"new":true}')).kind).toBe('unsupported');
  });

  it.each(['[', '{"satchel":1,\n[', '{"a":'])(
    'gives up on %s a hundred million times, at once',
    async piece => {
      let taken = 0;
      const start = piece.startsWith('{"s') ? '{"satchel":1,\n' : '';
      const endless: BackupFile = {
        name: 'hostile.json',
        open: () =>
          Promise.resolve(
            (async function* () {
              yield await Promise.resolve(Buffer.from(start));
              const chunk = Buffer.from((piece.startsWith('{"s') ? '[' : piece).repeat(60_000));
              for (; taken < 100_000_000; taken += chunk.length) yield await Promise.resolve(chunk);
            })(),
          ),
      };
      const reading = readBackup(endless, { keyRing: OUR_KEYS }, verifyArchive);
      await expect(reading).rejects.toBeInstanceOf(BackupError);
      expect(taken).toBeLessThan(20_000_000);
    },
  );

  it('names the limit that an unpacked file is over', async () => {
    const bomb = gzipSync(Buffer.concat([await archiveOf(SESSION), Buffer.alloc(5_000_000, ' ')]));
    const reading = readBackup(file(bomb), { keyRing: OUR_KEYS, maxUnpackedBytes: 100_000 }, verifyArchive);
    await expect(reading).rejects.toMatchObject({ kind: 'too_large', context: { limit: 100_000 } });
  });
});

it('openBackup reads any layout by the tolerant reader when told so', async () => {
  const given = file(await archiveOf(SESSION));
  const reader = await openBackup(given, { keyRing: OUR_KEYS, layout: 'any' });
  expect(await readRows(reader)).toEqual([['[1,"Asha"]', '[2,"Ravi \\"R\\""]']]);
  expect(reader.result().origin).toBe('ours');
  await reader.close();
  expect(given.closed).toBe(given.opened);
});
