import { describe, expect, it } from 'vitest';
import { buildManifest, formatManifest } from './build-manifest.js';
import { readManifest } from './read-manifest.js';
import {
  gather,
  INVENTED_BACKUP,
  inventedSession,
  OUR_KEYS,
  relationNamed,
} from './testing/invented-backup.js';
import { writeArchive } from './write-archive.js';

async function inventedManifest() {
  const session = inventedSession(
    [{ ...relationNamed('student', 2), complete: true }],
    [{ relation: 0, batches: [['[1,"Asha"]']] }],
    [{ schema: 'public', name: 'student_id_seq', lastValue: '9223372036854775807', isCalled: false }],
  );
  const archive = writeArchive(session, { backup: INVENTED_BACKUP, jobs: 1, keyRing: OUR_KEYS });
  const bytes = await gather(archive);
  return buildManifest({
    header: archive.header,
    footer: archive.result(),
    file: 'students_backup.json',
    sizeBytes: bytes.length,
    digest: `sha256:${'0'.repeat(64)}`,
    compression: 'none',
    encryption: 'none',
    startedAt: new Date('2026-01-31T12:00:00Z'),
    finishedAt: new Date('2026-01-31T12:00:01Z'),
    omitted: [{ kind: 'foreign table', name: 'public.remote', reason: 'Its rows are in another database.' }],
  });
}

describe('a manifest', () => {
  it('comes back as it was written', async () => {
    const manifest = await inventedManifest();
    expect(readManifest(Buffer.from(formatManifest(manifest)))).toEqual(manifest);
  });

  it.each([[['local', 'off-site']], [[]]])(
    'says which destinations it is kept in: %j',
    async destinations => {
      const manifest = { ...(await inventedManifest()), destinations };
      expect(readManifest(Buffer.from(formatManifest(manifest)))).toEqual(manifest);
    },
  );

  it('ignores members that it does not know', async () => {
    const manifest = await inventedManifest();
    const text = formatManifest(manifest).replace(
      '"satchelManifest": 1',
      '"satchelManifest": 1, "later": {"a": 1}',
    );
    expect(readManifest(Buffer.from(text))).toEqual(manifest);
  });

  it('is refused wherever it is cut', async () => {
    const text = formatManifest(await inventedManifest());
    for (let length = 0; length < text.length - 1; length += 7) {
      expect(() => readManifest(Buffer.from(text.slice(0, length)))).toThrow(
        expect.objectContaining({ kind: 'invalid_backup' }),
      );
    }
  });

  it.each<[string, string, (text: string) => string]>([
    ['a newer version', 'unsupported', text => text.replace('"satchelManifest": 1', '"satchelManifest": 2')],
    ['a file elsewhere', 'invalid_backup', text => text.replace('students_backup.json', '../../etc/passwd')],
    [
      'a file elsewhere, on Windows',
      'invalid_backup',
      text => text.replace('students_backup', 'C:\\\\students'),
    ],
    ['a size that is none', 'invalid_backup', text => text.replace(/"sizeBytes": \d+/, '"sizeBytes": -1')],
    ['totals that lie', 'invalid_backup', text => text.replace('"rows": 1', '"rows": 2')],
    ['an unknown compression', 'invalid_backup', text => text.replace('"none"', '"lzma"')],
    [
      'destinations that are no names',
      'invalid_backup',
      text => text.replace('"omitted"', '"destinations": [1], "omitted"'),
    ],
    ['JSON of something else', 'invalid_backup', () => '[]'],
    ['nesting without end', 'invalid_backup', () => '['.repeat(1_000_000)],
    ['what is not UTF-8', 'invalid_backup', text => text.replace('Before', '\ud800')],
  ])('is refused for %s', async (_, kind, edit) => {
    const text = formatManifest(await inventedManifest());
    const bytes = Buffer.from(edit(text), 'utf8');
    if (_ === 'what is not UTF-8') bytes.writeUInt8(0xff, bytes.indexOf('\ufffd'));
    expect(() => readManifest(bytes)).toThrow(expect.objectContaining({ kind }));
  });
});
