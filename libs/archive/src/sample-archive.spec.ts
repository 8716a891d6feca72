import { readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { KeyRing, schemaDigest, Secret, type Relation } from '@satchel/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildManifest, formatManifest } from './build-manifest.js';
import { readArchive } from './read-archive.js';
import { readManifest } from './read-manifest.js';
import { gather, inChunks, inventedSession } from './testing/invented-backup.js';
import { verifyArchive } from './verify-archive.js';
import { writeArchive } from './write-archive.js';

/** The key that the document of the format prints, so that readers by others can check the sample's signature. */
const SAMPLE_KEY = { keyId: 'sample', secret: new Secret<Uint8Array>(Buffer.from('satchel sample key')) };

class SampleKeyRing extends KeyRing {
  override current() {
    return Promise.resolve(SAMPLE_KEY);
  }

  override byId(keyId: string) {
    return Promise.resolve(keyId === SAMPLE_KEY.keyId ? SAMPLE_KEY : null);
  }
}

const keyRing = new SampleKeyRing();

const RELATIONS: readonly Relation[] = [
  {
    schema: 'public',
    name: 'students_student',
    role: 'content',
    columns: [
      { name: 'id', type: 'bigint', notNull: true, identity: 'default' },
      { name: 'admission_number', type: 'character varying(20)', notNull: true },
      { name: 'first_name', type: 'character varying(50)', notNull: true },
      { name: 'class_section_id', type: 'bigint' },
      { name: 'due_amount', type: 'numeric(10,2)', notNull: true },
      { name: 'is_boarder', type: 'boolean', notNull: true },
      { name: 'created_at', type: 'timestamp with time zone', notNull: true },
      { name: 'note', type: 'text' },
    ],
    key: ['id'],
    references: [
      {
        columns: ['class_section_id'],
        schema: 'public',
        name: 'subjects_classsection',
        referencedColumns: ['id'],
      },
    ],
  },
  {
    schema: 'public',
    name: 'students_guardian',
    role: 'content',
    columns: [
      { name: 'id', type: 'bigint', notNull: true, identity: 'always' },
      { name: 'phones', type: 'text[]', notNull: true },
    ],
    key: ['id'],
    references: [],
  },
  {
    schema: 'public',
    name: 'subjects_classsection',
    role: 'context',
    columns: [
      { name: 'id', type: 'bigint', notNull: true, identity: 'default' },
      { name: 'class_name', type: 'character varying(50)', notNull: true },
    ],
    key: ['id'],
    references: [],
  },
];

const SESSION = inventedSession(
  RELATIONS,
  [
    {
      relation: 0,
      batches: [
        [
          '[1001,"GVIS01001","Jiya",12,"3000.00",true,"2025-09-27 10:00:00+00",null]',
          '[1002,"GVIS01002","Zoë 🎒",12,"0.00",false,"2025-09-27 10:00:00.123456+00","says \\"hi\\",\\nthen \\\\ leaves"]',
        ],
      ],
    },
    {
      relation: 0,
      batches: [
        ['["9007199254740993","GVIS01003","जिया",null,"-12.50",false,"0044-03-15 00:00:00+00 BC",""]'],
      ],
    },
    { relation: 1, batches: [] },
    { relation: 2, batches: [['[12,"Class 5"]']] },
  ],
  [
    { schema: 'public', name: 'students_guardian_id_seq', lastValue: 1, isCalled: false },
    { schema: 'public', name: 'students_student_id_seq', lastValue: '9007199254740993', isCalled: true },
  ],
);

const FILE = new URL('./testdata/sample-v1.json', import.meta.url);
const MANIFEST = new URL('./testdata/sample-v1.json.manifest.json', import.meta.url);

async function write(): Promise<{ archive: Buffer; manifest: string }> {
  const written = writeArchive(SESSION, {
    backup: {
      id: '6f1c1b0e-8a53-4c1e-9d38-2f1f0c7e4a11',
      type: 'students',
      name: 'Before the trip',
      createdAt: '2026-01-31T12:00:00.000Z',
      createdBy: 'head.office',
      snapshot: '00000003-0000001B-1',
      product: 'Satchel 1.0.0',
    },
    jobs: 1,
    keyRing,
  });
  const archive = await gather(written);
  const manifest = buildManifest({
    header: written.header,
    footer: written.result(),
    file: 'sample-v1.json',
    sizeBytes: archive.length,
    digest: `sha256:${createHash('sha256').update(archive).digest('hex')}`,
    compression: 'none',
    encryption: 'none',
    startedAt: new Date('2026-01-31T12:00:00.000Z'),
    finishedAt: new Date('2026-01-31T12:00:01.000Z'),
    omitted: [{ kind: 'large objects', name: 'large objects', reason: 'They belong to no table.' }],
  });
  return { archive, manifest: formatManifest(manifest) };
}

/** Format version 1 never changes: a difference here is a broken promise, not an outdated file. */
describe('the sample archive of version 1', () => {
  let written: { archive: Buffer; manifest: string };
  beforeAll(async () => {
    written = await write();
    if (process.env['UPDATE_GOLDEN'] === '1') {
      await writeFile(FILE, written.archive);
      await writeFile(MANIFEST, written.manifest);
    }
  });

  it('is what the writer writes, to the byte', async () => {
    expect(written.archive.toString()).toBe(await readFile(FILE, 'utf8'));
    expect(written.manifest).toBe(await readFile(MANIFEST, 'utf8'));
  });

  it('is ours to the reader, and its rows are right', async () => {
    const reader = await readArchive(inChunks(await readFile(FILE), 100), { keyRing, compression: 'none' });
    const verified = await verifyArchive(reader);
    expect(verified.origin).toBe('ours');
    expect(verified.relations.map(relation => relation.rows)).toEqual([3, 0, 1]);
    expect(verified.header.relations).toEqual(RELATIONS);
    expect(verified.header.source.schemaDigest).toBe(schemaDigest(RELATIONS));
  });

  it('is described by its manifest', async () => {
    const manifest = readManifest(await readFile(MANIFEST));
    const bytes = await readFile(FILE);
    expect(manifest.stored).toMatchObject({
      sizeBytes: bytes.length,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    });
  });
});
