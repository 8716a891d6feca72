import { randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Secret, type BackupStorage } from '@satchel/domain';
import { startTestS3, type TestS3 } from '@satchel/testing';
import { collectBytes, describeBackupStorage } from '@satchel/testing/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Location } from './s3-location.js';
import { S3_HELD_BYTES, S3Storage } from './s3-storage.js';

const BUCKET = 'school-backups';
const HOUR_MS = 3_600_000;

let server: TestS3;
let client: S3Client;

beforeAll(async () => {
  server = await startTestS3();
  await server.createBucket(BUCKET);
  client = new S3Client({
    region: 'eu-central-1',
    endpoint: server.endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

describeBackupStorage('S3Storage', async () => {
  const location = somewhere();
  const storage = storageAt(location);
  return {
    storage,
    mostHeldBytes: S3_HELD_BYTES + 8 * 1_048_576,
    bytesOnTheWay: () => bytesInParts(location.prefix),
    dispose: async () => storage.close(),
  };
});

describe('S3Storage', () => {
  it('keeps prefixes apart, and sees nothing below its own', async () => {
    const outer = somewhere();
    const storage = storageAt(outer);
    const inner = storageAt(storage.below('inner').location);
    await storage.write('a.json', bytes('outer'));
    await inner.write('a.json', bytes('inner'));
    await inner.write('b.json', bytes('inner'));
    expect(await keysOf(storage)).toEqual(['a.json']);
    expect(await keysOf(inner)).toEqual(['a.json', 'b.json']);
    expect((await collectBytes(await inner.read('a.json'))).toString()).toBe('inner');
  });

  it('lists more than one page', async () => {
    const location = somewhere();
    const storage = storageAt(location);
    const keys = Array.from({ length: 1_003 }, (_, i) => `key_${String(i).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 100) {
      await Promise.all(
        keys
          .slice(at, at + 100)
          .map(key =>
            fetch(`${server.endpoint}/${BUCKET}/${location.prefix}${key}`, { method: 'PUT', body: 'x' }),
          ),
      );
    }
    expect(await keysOf(storage)).toEqual(keys);
  });

  it('says that there is no such bucket, and finds it once it is made', async () => {
    const bucket = `made-later-${randomBytes(4).toString('hex')}`;
    const storage = storageAt({ ...somewhere(), bucket });
    const refused = {
      kind: 'unavailable',
      message: expect.stringContaining('Make the bucket, or correct DESTINATION_OFF_SITE_URL'),
      context: { destination: 'off-site', setting: 'DESTINATION_OFF_SITE_URL', code: 'NoSuchBucket' },
    };
    await expect(storage.write('a', bytes('x'))).rejects.toMatchObject(refused);
    await expect(storage.read('a')).rejects.toMatchObject(refused);
    await expect(storage.stat('a')).rejects.toMatchObject(refused);
    await expect(storage.remove('a')).rejects.toMatchObject(refused);
    await expect(keysOf(storage)).rejects.toMatchObject(refused);
    await expect(storage.probe()).rejects.toMatchObject(refused);
    await server.createBucket(bucket);
    await storage.write('a', bytes('x'));
    expect(await keysOf(storage)).toEqual(['a']);
  });

  it('says that the server cannot be reached', async () => {
    const gone = await startTestS3();
    await gone.stop();
    const storage = storageAt({ ...somewhere(), endpoint: gone.endpoint });
    const refused = { kind: 'unavailable', context: { destination: 'off-site', code: 'ECONNREFUSED' } };
    await expect(storage.write('a', bytes('x'))).rejects.toMatchObject(refused);
    await expect(storage.read('a')).rejects.toMatchObject(refused);
    await expect(storage.stat('a')).rejects.toMatchObject(refused);
  });

  it.each([
    [
      'UNKNOWN',
      'InvalidAccessKeyId',
      /does not accept the access key. Check DESTINATION_OFF_SITE_ACCESS_KEY_ID/,
    ],
    ['FORBIDDEN', 'AccessDenied', /refuses this access key. Give it the rights s3:ListBucket/],
    ['THROTTLED', 'SlowDown', /asks to slow down/],
  ])('says what to do where the server refuses: %s', async (accessKeyId, code, message) => {
    const storage = storageAt(somewhere(), accessKeyId);
    const refused = { kind: 'unavailable', message: expect.stringMatching(message) };
    // Answers to HEAD name no error, only a status.
    await expect(storage.probe()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(storage.read('a')).rejects.toMatchObject({ ...refused, context: { code } });
    await expect(keysOf(storage)).rejects.toMatchObject(refused);
  });

  it('says that there is no space left, and leaves nothing', async () => {
    const location = somewhere();
    const storage = storageAt(location, 'FULL');
    const refused = { kind: 'unavailable', message: expect.stringContaining('no space left') };
    await expect(storage.write('a', bytes('x'))).rejects.toMatchObject(refused);
    await expect(storage.write('b', many(20))).rejects.toMatchObject(refused);
    expect(await keysOf(storage)).toEqual([]);
    expect(await uploadsBelow(location.prefix)).toEqual([]);
  });

  it('never says its secret', async () => {
    const storage = storageAt(somewhere());
    const { inspect } = await import('node:util');
    expect(inspect(storage, { depth: 20, showHidden: true })).not.toContain('very secret');
  });

  it('leaves nothing after looking whether it can be written', async () => {
    const location = somewhere();
    const storage = storageAt(location);
    await storage.probe();
    expect(await keysOf(storage)).toEqual([]);
    expect(await uploadsBelow(location.prefix)).toEqual([]);
  });

  it('drops uploads of killed processes after an hour, and nothing else', async () => {
    const location = somewhere();
    const storage = storageAt(location);
    const begin = async (key: string) => {
      const at = { Bucket: BUCKET, Key: `${location.prefix}${key}` };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
      await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'half' }));
    };
    await begin('full_1.json.zst');
    await begin('full_1.json.zst.manifest.json');
    await begin('holiday.jpg');
    await begin('other/full_1.json.zst');
    expect(await storage.sweep(new Date(Date.now() + HOUR_MS - 60_000))).toBe(0);
    expect(await storage.sweep(new Date(Date.now() + HOUR_MS + 60_000))).toBe(2);
    expect(await uploadsBelow(location.prefix)).toEqual(['holiday.jpg', 'other/full_1.json.zst']);
  });

  it('does not take an object away that somebody else completed under the same key', async () => {
    const location = somewhere();
    const storage = storageAt(location);
    async function* body() {
      yield Buffer.from('mine');
      await fetch(`${server.endpoint}/${BUCKET}/${location.prefix}a`, { method: 'PUT', body: 'theirs' });
      throw new Error('the database went away');
    }
    await expect(storage.write('a', body())).rejects.toThrow('the database went away');
    expect((await collectBytes(await storage.read('a'))).toString()).toBe('theirs');
  });
});

function somewhere(): S3Location {
  const prefix = `${randomBytes(6).toString('hex')}/`;
  return { bucket: BUCKET, prefix, region: 'eu-central-1', endpoint: server.endpoint, conditional: true };
}

function storageAt(location: S3Location, accessKeyId = 'test'): S3Storage {
  const credentials = { accessKeyId, secretAccessKey: new Secret('very secret') };
  return new S3Storage({ name: 'off-site', location, credentials });
}

async function bytesInParts(prefix: string): Promise<number> {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix }),
  );
  const parts = await Promise.all(
    Uploads.map(({ Key, UploadId }) => client.send(new ListPartsCommand({ Bucket: BUCKET, Key, UploadId }))),
  );
  return parts.flatMap(({ Parts = [] }) => Parts).reduce((sum, { Size = 0 }) => sum + Size, 0);
}

async function uploadsBelow(prefix: string): Promise<string[]> {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix }),
  );
  return Uploads.map(({ Key = '' }) => Key.slice(prefix.length)).sort();
}

async function keysOf(storage: BackupStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list()) keys.push(key);
  return keys.sort();
}

async function* bytes(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text);
}

async function* many(mebibytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(1_048_576, i);
}
