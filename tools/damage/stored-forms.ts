import {
  buildManifest,
  checksum,
  compress,
  encrypt,
  makeKeyPair,
  writeArchive,
  type ArchivedSession,
} from '@satchel/archive';
import {
  describeEncryption,
  KeyRing,
  NO_KEYS,
  schemaDigest,
  Secret,
  type Compression,
  type EncryptFor,
  type Manifest,
  type Relation,
  type SigningKey,
  type UnlockKeys,
} from '@satchel/domain';

export const FORMS = ['plain', 'gzip', 'zstd', 'age'] as const;
export type Form = (typeof FORMS)[number];

/** An archive as it would be stored, with all that is needed to verify it; small, and only in memory. */
export interface StoredForm {
  readonly form: Form;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
  readonly keys: UnlockKeys;
  /** What comes out when it is unpacked. */
  readonly document: Buffer;
}

export class TrialKeyRing extends KeyRing {
  override current(): Promise<SigningKey> {
    return Promise.resolve({ keyId: 'trial', secret: new Secret(Buffer.from('the key of a trial')) });
  }

  override async byId(keyId: string): Promise<SigningKey | null> {
    const key = await this.current();
    return keyId === key.keyId ? key : null;
  }
}

const COMPRESSIONS: Readonly<Record<Form, Compression>> = {
  plain: 'none',
  gzip: 'gzip',
  zstd: 'zstd',
  age: 'zstd',
};

/** Stores the same archive in each form. */
export async function storedForms(forms: readonly Form[] = FORMS): Promise<StoredForm[]> {
  const keyRing = new TrialKeyRing();
  const pair = await makeKeyPair();
  return Promise.all(
    forms.map(async form => {
      const encryptFor: EncryptFor | null = form === 'age' ? { recipients: [pair.recipient] } : null;
      const compression = COMPRESSIONS[form];
      const startedAt = new Date('2026-03-01T08:00:00Z');
      const archive = writeArchive(invented(), { backup: BACKUP, jobs: 1, keyRing });
      const documents: Buffer[] = [];
      const observed = (async function* () {
        for await (const chunk of archive) {
          documents.push(Buffer.from(chunk));
          yield chunk;
        }
      })();
      const written = checksum(encrypt(compress(observed, compression), encryptFor));
      const chunks: Buffer[] = [];
      for await (const chunk of written) chunks.push(Buffer.from(chunk));
      const manifest = buildManifest({
        header: archive.header,
        footer: archive.result(),
        file: `trial.${form}`,
        sizeBytes: written.sizeBytes,
        digest: written.digest(),
        compression,
        encryption: describeEncryption(encryptFor),
        startedAt,
        finishedAt: startedAt,
        omitted: [],
      });
      const keys = encryptFor === null ? NO_KEYS : { ...NO_KEYS, identities: [pair.identity] };
      return { form, bytes: Buffer.concat(chunks), manifest, keys, document: Buffer.concat(documents) };
    }),
  );
}

const BACKUP = {
  id: '0b6f2c1e-4d3a-4e55-9c1e-7a1f20c0ffee',
  type: 'full',
  name: 'Trial',
  createdAt: '2026-03-01T08:00:00.000Z',
  createdBy: null,
  snapshot: null,
  product: 'Satchel',
} as const;

const PUPIL: Relation = {
  schema: 'public',
  name: 'pupil',
  role: 'content',
  columns: [
    { name: 'id', type: 'bigint', notNull: true, identity: 'always' },
    { name: 'name', type: 'text' },
    { name: 'fee', type: 'numeric(10,2)' },
  ],
  key: ['id'],
  references: [],
};

/** Rows with what JSON has: numbers, texts, escapes, many bytes a character, null, true and false. */
const ROWS = ['[1,"Asha \\"A\\"","10.50"]', '[2,"Zoë 🎒",null]', '[3,"\\n\\t\\\\","0.00"]', '[4,true,false]'];

function invented(): ArchivedSession {
  return {
    relations: [PUPIL],
    source: {
      server: 'PostgreSQL 18.4',
      database: 'school',
      encoding: 'UTF8',
      schemaDigest: schemaDigest([PUPIL]),
    },
    slices: () => Promise.resolve([{ relation: 0, estimatedRows: ROWS.length, estimatedBytes: 100 }]),
    sequences: () =>
      Promise.resolve([{ schema: 'public', name: 'pupil_id_seq', lastValue: 4, isCalled: true }]),
    async *copyOut() {
      await Promise.resolve();
      yield { bytes: Buffer.from(ROWS.map(row => `${row}\n`).join('')), rows: ROWS.length };
    },
  };
}
