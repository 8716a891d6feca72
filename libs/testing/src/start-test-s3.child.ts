import { buildApp, type BuildAppOptions } from 'fauxqs';

type Stores = Required<BuildAppOptions>['stores'];

/** An access key of a test, and what the server answers whoever uses it. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string]>> = {
  UNKNOWN: [403, 'InvalidAccessKeyId'],
  FORBIDDEN: [403, 'AccessDenied'],
  THROTTLED: [503, 'SlowDown'],
  FULL: [507, 'QuotaExceeded'],
};

/**
 * An S3 server: fauxqs, and what it lacks of what servers have: lists of unfinished uploads and of their parts,
 * conditional writes, and access keys that are refused (see `REFUSALS`; FULL refuses what would take space).
 *
 * Run by Node alone, hence without what has to be compiled. Prints its port, and ends when its standard input does.
 */
async function serve(port: number): Promise<void> {
  const { SqsStore } = await inside<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js');
  const { SnsStore } = await inside<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js');
  const { S3Store } = await inside<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js');
  const s3Store = new S3Store();
  const app = buildApp({
    logger: false,
    host: '127.0.0.1',
    stores: { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store },
  });
  app.addHook('onRequest', async (request, reply) => {
    const xml = (status: number, body: string) =>
      reply.status(status).header('content-type', 'application/xml').send(body);
    const refuse = (status: number, code: string) =>
      xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    const { pathname, searchParams: query } = new URL(request.url, 'http://server');
    const [, bucket = '', ...rest] = pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const writes = request.method === 'PUT' || (request.method === 'POST' && query.has('uploads'));

    const accessKey = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const refusal = REFUSALS[accessKey];
    if (refusal && (accessKey !== 'FULL' || writes)) return refuse(...refusal);

    const completes = request.method === 'POST' && query.has('uploadId');
    if (request.headers['if-none-match'] === '*' && (completes || request.method === 'PUT')) {
      if (isThere(s3Store, bucket, key)) return refuse(412, 'PreconditionFailed');
    }
    if (request.method === 'GET' && key === '' && query.has('uploads')) {
      return xml(200, listUploads(s3Store, bucket, query.get('prefix') ?? ''));
    }
    const uploadId = query.get('uploadId');
    if (request.method === 'GET' && uploadId !== null) {
      const parts = listParts(s3Store, uploadId);
      return parts === null ? refuse(404, 'NoSuchUpload') : xml(200, parts);
    }
    return undefined;
  });
  const address = await app.listen({ port, host: '127.0.0.1' });
  process.stdin.on('end', () => process.exit(0)).resume();
  console.log(new URL(address).port);
}

/** A module of fauxqs that it does not offer to others. */
function inside<T>(path: string): Promise<T> {
  return import(new URL(path, import.meta.resolve('fauxqs')).href) as Promise<T>;
}

function isThere(store: Stores['s3Store'], bucket: string, key: string): boolean {
  try {
    store.headObject(bucket, key);
    return true;
  } catch {
    return false;
  }
}

interface Upload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
  readonly parts: ReadonlyMap<
    number,
    { readonly body: Buffer; readonly etag: string; readonly lastModified: Date }
  >;
}

function uploadsOf(store: Stores['s3Store']): ReadonlyMap<string, Upload> {
  return (store as unknown as { readonly multipartUploads: ReadonlyMap<string, Upload> }).multipartUploads;
}

function listUploads(store: Stores['s3Store'], bucket: string, prefix: string): string {
  const found = [...uploadsOf(store).values()]
    .filter(upload => upload.bucket === bucket && upload.key.startsWith(prefix))
    .map(
      ({ key, uploadId, initiated }) =>
        `<Upload><Key>${escapeXml(key)}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
    );
  return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${found.join('')}</ListMultipartUploadsResult>`;
}

function listParts(store: Stores['s3Store'], uploadId: string): string | null {
  const upload = uploadsOf(store).get(uploadId);
  if (!upload) return null;
  const found = [...upload.parts].map(
    ([number, { body, lastModified }]) =>
      `<Part><PartNumber>${number}</PartNumber><Size>${body.length}</Size><LastModified>${lastModified.toISOString()}</LastModified></Part>`,
  );
  return `<ListPartsResult><IsTruncated>false</IsTruncated>${found.join('')}</ListPartsResult>`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, character => `&#${character.charCodeAt(0)};`);
}

await serve(Number(process.argv[2]));
