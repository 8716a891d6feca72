import { createHash, createHmac } from 'node:crypto';
import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import {
  archiveOf,
  batchOf,
  INVENTED_BACKUP,
  inventedSession,
  OUR_KEYS,
  relationNamed,
} from './testing/invented-backup.js';
import { writeArchive, type ArchivedSession } from './write-archive.js';

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const options = { backup: INVENTED_BACKUP, jobs: 1, keyRing: OUR_KEYS };

interface Document {
  readonly rows: readonly { relation: number; rows: readonly unknown[]; count: number; digest: string }[];
  readonly digest: string;
  readonly signature: { readonly value: string };
}

describe('writeArchive', () => {
  const session = inventedSession(
    [relationNamed('student', 2), relationNamed('empty', 1)],
    [
      { relation: 0, batches: [['[1,"a"]', '[2,"b"]'], ['[3,"c"]']] },
      { relation: 1, batches: [] },
    ],
  );

  it('writes one row a line, and every part of header and footer on lines of their own', async () => {
    const lines = (await archiveOf(session)).toString().split('\n');
    expect(lines.map(line => line.slice(0, 24))).toEqual(
      [
        '{"satchel":1,',
        '"backup":{"id":"6f1c1b0e',
        '"source":{"server":"Post',
        '"relations":[',
        '{"schema":"public","name',
        '{"schema":"public","name',
        '],',
        '"rows":[',
        '{"relation":0,"rows":[',
        '[1,"a"],',
        '[2,"b"],',
        '[3,"c"]',
        '],"count":3,"digest":"sh',
        '{"relation":1,"rows":[',
        '],"count":0,"digest":"sh',
        '],',
        '"sequences":[],',
        '"totals":{"relations":2,',
        '"digest":"sha256:',
        '"signature":{"keyId":"ke',
        '',
      ].map((expected, index) => (index === 18 ? (lines[18] ?? '').slice(0, 24) : expected)),
    );
  });

  it('digests the rows of a part as lines, and the document up to its own digest', async () => {
    const text = (await archiveOf(session)).toString();
    const document = JSON.parse(text) as Document;
    expect(document.rows.map(part => part.digest)).toEqual([
      sha256('[1,"a"]\n[2,"b"]\n[3,"c"]\n'),
      sha256(''),
    ]);
    expect(document.digest).toBe(sha256(text.slice(0, text.lastIndexOf('"digest":'))));
  });

  it('signs the canonical form of the document with its parts reduced', async () => {
    const { signature, rows, ...members } = JSON.parse((await archiveOf(session)).toString()) as Document;
    const signed = canonicalJson({
      ...members,
      rows: rows.map(({ relation, count, digest }) => ({ relation, count, digest })),
    });
    const key = (await OUR_KEYS.current()).secret.reveal();
    expect(signature.value).toBe(createHmac('sha256', key).update(signed).digest('hex'));
  });

  it('leaves out what a session knows beyond the format', async () => {
    const [relation] = session.relations;
    const richer = { ...session, relations: [{ ...relation, oid: 16_384 }, ...session.relations.slice(1)] };
    expect((await archiveOf(richer as ArchivedSession)).equals(await archiveOf(session))).toBe(true);
  });

  it('writes the same content with several jobs, in parts of a bounded size', async () => {
    const row = `["${'x'.repeat(1000)}"]`;
    const batches = Array.from({ length: 30 }, () => Array.from({ length: 1000 }, () => row));
    const large = inventedSession(
      [relationNamed('large', 1)],
      [
        { relation: 0, batches },
        { relation: 0, batches: [[row]] },
        { relation: 0, batches: [] },
      ],
    );
    const document = JSON.parse((await archiveOf(large, { jobs: 4 })).toString()) as Document;
    expect(document.rows.reduce((sum, part) => sum + part.count, 0)).toBe(30_001);
    expect(document.rows.length).toBeGreaterThan(8);
    for (const part of document.rows) {
      expect(part.count).toBeLessThan(5000);
      expect(part.digest).toBe(sha256(part.rows.map(value => `${JSON.stringify(value)}\n`).join('')));
    }
  });

  it('keeps at most one part more than it has jobs, however slow its taker is', async () => {
    const row = `["${'x'.repeat(100_000)}"]`;
    let ahead = 0;
    let mostAhead = 0;
    const slices = Array.from({ length: 40 }, () => ({ relation: 0, estimatedRows: 0, estimatedBytes: 0 }));
    const greedy: ArchivedSession = {
      ...inventedSession([relationNamed('large', 1)], []),
      slices: () => Promise.resolve(slices),
      async *copyOut() {
        await Promise.resolve();
        ahead++;
        mostAhead = Math.max(mostAhead, ahead);
        yield batchOf([row]);
      },
    };
    for await (const chunk of writeArchive(greedy, { ...options, jobs: 3 })) {
      // Lets every reader go as far as it can before the next chunk is taken.
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
      if (chunk.length > 100_000) ahead--;
    }
    expect(mostAhead).toBeGreaterThan(1);
    expect(mostAhead).toBeLessThanOrEqual(5);
  });

  it.each([1, 3])('passes a failure on and reads no further (%i jobs)', async jobs => {
    const failing: ArchivedSession = {
      ...session,
      async *copyOut() {
        yield batchOf(['[1,"a"]']);
        await Promise.resolve();
        throw new BackupError('unavailable', 'The server has gone.');
      },
    };
    await expect(archiveOf(failing, { jobs })).rejects.toThrow('The server has gone.');
  });

  it.each([1, 3])('stops on request (%i jobs)', async jobs => {
    const stop = new AbortController();
    const bytes = writeArchive(session, { ...options, jobs, signal: stop.signal });
    stop.abort();
    await expect(
      (async () => {
        for await (const chunk of bytes) expect(chunk.length).toBeGreaterThan(0);
      })(),
    ).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it.each([1, 3])('ends its readers when its taker leaves (%i jobs)', async jobs => {
    let open = 0;
    const endless: ArchivedSession = {
      ...session,
      async *copyOut() {
        open++;
        try {
          for (;;) {
            await Promise.resolve();
            yield batchOf([`[1,"${'x'.repeat(500_000)}"]`]);
          }
        } finally {
          open--;
        }
      },
    };
    for await (const chunk of writeArchive(endless, { ...options, jobs })) if (chunk.length > 400_000) break;
    expect(open).toBe(0);
  });

  it('refuses batches that count their rows wrongly', async () => {
    for (const rows of [1, 3, 1000]) {
      const lying: ArchivedSession = {
        ...session,
        async *copyOut() {
          await Promise.resolve();
          yield { bytes: Buffer.from('[1,"a"]\n[2,"b"]\n'), rows };
        },
      };
      await expect(archiveOf(lying)).rejects.toThrow('another number of lines');
    }
  });

  it('has no result before its end and is written once', async () => {
    const bytes = writeArchive(session, options);
    expect(() => bytes.result()).toThrow('not been written to its end');
    for await (const chunk of bytes) expect(chunk.length).toBeGreaterThan(0);
    expect(bytes.result().totals).toEqual({ relations: 2, rows: 3 });
    await expect(bytes[Symbol.asyncIterator]().next()).rejects.toThrow('written once');
  });
});
