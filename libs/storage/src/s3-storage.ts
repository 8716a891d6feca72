import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import {
  BackupError,
  BackupStorage,
  throwIfCancelled,
  type ObjectStat,
  type Secret,
  type StorageKey,
  type StoredObject,
} from '@satchel/domain';
import { Abortable } from './abortable.js';
import { resolveRange, type ByteRange } from './byte-range.js';
import { checkStorageKey, isStorageKey } from './check-storage-key.js';
import { alreadyStored, notStored } from './key-error.js';
import { pullBody } from './pull-body.js';
import { s3ErrorName, statusOf, toS3Error, type S3Place } from './s3-error.js';
import { s3Address, type S3Location } from './s3-location.js';
import { s3Reader } from './s3-reader.js';
import { sweepUploads } from './sweep-uploads.js';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret<string>;
}

export interface S3StorageOptions {
  /** The destination's name in the settings, for messages. */
  readonly name: string;
  readonly location: S3Location;
  /** Null: those of the machine, as the AWS tools find them. */
  readonly credentials: S3Credentials | null;
}

/** An upload may have 10,000 parts: 80 GB in all. */
const PART_BYTES = 8 * 1_048_576;

/** Parts under way at the same time, so that the next is made while the last is sent. */
const PARTS_AT_ONCE = 2;

/** The parts under way, and the one that is being filled; some for what the network holds. */
export const S3_HELD_BYTES = (PARTS_AT_ONCE + 1) * PART_BYTES;

/** A server that does not accept a connection, or is silent on one, for so long is out of reach, in milliseconds. */
const CONNECT_WITHIN_MS = 10_000;
const SILENT_AT_MOST_MS = 60_000;

/** How long an aborted write waits until its parts are gone, in milliseconds; what is left then is swept later. */
const CLEAN_UP_WITHIN_MS = 800;

/** What a write learns of its body on the way. */
interface Told {
  sizeBytes: number;
  /** How the body failed, if it did. */
  failed?: { readonly reason: unknown };
}

/** Metadata of each object: which write made it, so that a write whose answer was lost finds out. */
const WRITE_ID = 'satchel-write';

/**
 * Keeps objects in a bucket of any server that speaks S3, below a prefix.
 *
 * A body is sent in parts that become visible together. What was stored is then read back and compared; an object that
 * is not what was written is removed. An upload that was not finished leaves parts that cost money and that nobody sees:
 * those of a failed write are dropped at once, those of a killed process once they are an hour old.
 */
export class S3Storage extends BackupStorage {
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #location: S3Location;
  readonly #writing = new Set<StorageKey>();
  #reached: Promise<void> | undefined;
  #swept: Promise<unknown> | undefined;

  constructor({ name, location, credentials }: S3StorageOptions) {
    super();
    this.#location = location;
    this.#place = { name, location };
    this.#client = new S3Client({
      region: location.region,
      ...(location.endpoint === null ? {} : { endpoint: location.endpoint }),
      ...(credentials === null
        ? {}
        : {
            credentials: {
              accessKeyId: credentials.accessKeyId,
              secretAccessKey: credentials.secretAccessKey.reveal(),
            },
          }),
      // Names of buckets need no DNS then, which servers other than Amazon's seldom have.
      forcePathStyle: true,
      // Several other servers store the SDK's trailing checksums as a part of the object, or refuse them.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_AT_MOST_MS },
    });
  }

  /** The same bucket and rights, another prefix below this one. */
  below(folder: string): { readonly location: S3Location } {
    return { location: { ...this.#location, prefix: `${this.#location.prefix}${folder}/` } };
  }

  override async write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<StoredObject> {
    checkStorageKey(key);
    using stop = new Abortable(signal);
    // Servers that do not know conditional writes let the last of several writers win: at least in this process none does.
    if (this.#writing.has(key)) throw alreadyStored(key);
    this.#writing.add(key);
    try {
      await stop.race(this.#prepare());
      // Asked before the body is read, which may take hours; the server asks again when it is complete.
      if ((await stop.race(this.#guard(this.#head(key)))) !== null) throw alreadyStored(key);
      return await this.#write(key, body, stop, signal);
    } finally {
      this.#writing.delete(key);
    }
  }

  override async read(key: StorageKey, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    checkStorageKey(key);
    throwIfCancelled(signal);
    return await this.#guard(this.#get(key, range, signal));
  }

  override async stat(key: StorageKey): Promise<ObjectStat | null> {
    checkStorageKey(key);
    await this.#reach();
    const head = await this.#guard(this.#head(key));
    return head === null ? null : head.stat;
  }

  override async *list(prefix = ''): AsyncGenerator<ObjectStat, void, undefined> {
    const { bucket, prefix: below } = this.#location;
    let token: string | undefined;
    do {
      const page = await this.#guard(
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${below}${prefix}`,
            Delimiter: '/',
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        const key = Key.slice(below.length);
        if (isStorageKey(key)) yield statOf(key, Size, LastModified);
      }
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  override async remove(key: StorageKey): Promise<void> {
    checkStorageKey(key);
    await this.#reach();
    await this.#guard(this.#client.send(new DeleteObjectCommand(this.#object(key))));
  }

  /**
   * Looks whether the bucket is there and takes uploads, without leaving anything in it.
   *
   * @throws BackupError `unavailable`, with what to do
   */
  async probe(): Promise<void> {
    this.#reached = undefined;
    await this.#reach();
    const object = this.#object(`probe-${randomUUID()}`);
    const { UploadId } = await this.#guard(this.#client.send(new CreateMultipartUploadCommand(object)));
    await this.#guard(this.#client.send(new AbortMultipartUploadCommand({ ...object, UploadId })));
  }

  /**
   * Drops uploads of killed processes: unfinished, and without a new part for an hour.
   *
   * @returns how many
   * @throws BackupError as the other operations do
   */
  async sweep(now = new Date()): Promise<number> {
    return await this.#guard(sweepUploads(this.#client, this.#location, now));
  }

  /** Closes connections that are kept for the next request. */
  close(): void {
    this.#client.destroy();
  }

  async #write(
    key: StorageKey,
    body: AsyncIterable<Uint8Array>,
    stop: Abortable,
    signal: AbortSignal | undefined,
  ): Promise<StoredObject> {
    const hash = createHash('sha256');
    const told: Told = { sizeBytes: 0 };
    async function* hashed() {
      for await (const chunk of pullBody(noting(body, told), stop)) {
        if (chunk.length === 0) continue;
        hash.update(chunk);
        told.sizeBytes += chunk.length;
        // Copied, because a body may use its buffer again before the part is sent.
        yield Buffer.from(chunk);
      }
    }
    const writeId = randomUUID();
    const requests = new AbortController();
    const upload = new Upload({
      client: cancellable(this.#client, requests.signal),
      params: {
        ...this.#object(key),
        Body: Readable.from(hashed(), { objectMode: false, highWaterMark: 1 }),
        ContentType: 'application/octet-stream',
        Metadata: { [WRITE_ID]: writeId },
        ...(this.#location.conditional ? { IfNoneMatch: '*' } : {}),
      },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      // Dropped below, where it can be tried again and waited for.
      leavePartsOnError: true,
    });
    const done = upload.done();
    try {
      await this.#finish(key, stop.race(done), writeId, told, stop);
      throwIfCancelled(signal);
      const digest = `sha256:${hash.digest('hex')}`;
      const stored = await this.#readBack(key, signal);
      if (stored.digest !== digest || stored.sizeBytes !== told.sizeBytes) throw this.#notAsGiven(key);
      throwIfCancelled(signal);
      return { key, ...stored };
    } catch (error) {
      requests.abort();
      const cleaned = this.#discard(key, upload, done, writeId).catch(() => undefined);
      await (stop.aborted ? Promise.race([cleaned, pause(CLEAN_UP_WITHIN_MS)]) : cleaned);
      throw error;
    }
  }

  /** Waits for an upload's end. Where the answer was lost, the server is asked whether the object is there after all. */
  async #finish(
    key: StorageKey,
    done: Promise<unknown>,
    writeId: string,
    told: Told,
    stop: Abortable,
  ): Promise<void> {
    try {
      await done;
    } catch (error) {
      if (told.failed) throw told.failed.reason as Error;
      if (stop.aborted) throw error;
      const found = await this.#head(key).catch(() => null);
      if (found?.writeId === writeId) return;
      const taken = statusOf(error) === 412 || s3ErrorName(error) === 'ConditionalRequestConflict';
      throw taken ? alreadyStored(key) : toS3Error(error, this.#place);
    }
  }

  async #readBack(
    key: StorageKey,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly sizeBytes: number; readonly digest: string }> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const stream: AsyncIterable<Uint8Array> = await this.#guard(this.#get(key, undefined, signal));
    for await (const chunk of stream) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    return { sizeBytes, digest: `sha256:${hash.digest('hex')}` };
  }

  /** Leaves nothing of a write that failed: neither parts nor an object that was completed all the same. */
  async #discard(key: StorageKey, upload: Upload, done: Promise<unknown>, writeId: string): Promise<void> {
    // Until no part is under way any more: one that arrives after the end of its upload would stay.
    await done.catch(() => undefined);
    const { uploadId: UploadId } = upload;
    if (UploadId !== undefined) {
      await this.#client
        .send(new AbortMultipartUploadCommand({ ...this.#object(key), UploadId }))
        .catch((error: unknown) => {
          if (s3ErrorName(error) !== 'NoSuchUpload') throw error;
        });
    }
    if ((await this.#head(key))?.writeId === writeId) {
      await this.#client.send(new DeleteObjectCommand(this.#object(key)));
    }
  }

  async #get(
    key: StorageKey,
    range: ByteRange | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Readable> {
    let wanted: { readonly offset: number; readonly length: number } | undefined;
    if (range) {
      const stat = await this.stat(key);
      if (stat === null) throw notStored(key);
      wanted = resolveRange(key, stat.sizeBytes, range);
    }
    const Range = wanted && `bytes=${wanted.offset}-${wanted.offset + wanted.length - 1}`;
    const command = new GetObjectCommand({ ...this.#object(key), Range });
    try {
      const { Body, ContentLength } = await this.#client.send(
        command,
        signal === undefined ? {} : { abortSignal: signal },
      );
      if (!(Body instanceof Readable)) throw new TypeError('the SDK gave no stream');
      return s3Reader(Body, wanted?.length ?? ContentLength, this.#place, signal);
    } catch (error) {
      throwIfCancelled(signal);
      if (s3ErrorName(error) === 'NoSuchKey') throw notStored(key);
      throw error;
    }
  }

  async #head(
    key: StorageKey,
  ): Promise<{ readonly stat: ObjectStat; readonly writeId: string | undefined } | null> {
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#object(key)));
      return {
        stat: statOf(key, head.ContentLength ?? 0, head.LastModified),
        writeId: head.Metadata?.[WRITE_ID],
      };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  /** A missing bucket and a missing object look the same to `HeadObject`: the bucket is asked for once. */
  #reach(): Promise<void> {
    this.#reached ??= this.#guard(this.#headBucket()).catch((error: unknown) => {
      this.#reached = undefined;
      throw error;
    });
    return this.#reached;
  }

  async #headBucket(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#location.bucket }));
    } catch (error) {
      // An answer to HEAD has no body that could name the error.
      if (statusOf(error) !== 404) throw error;
      throw Object.assign(new Error('no such bucket', { cause: error }), { name: 'NoSuchBucket' });
    }
  }

  async #prepare(): Promise<void> {
    await this.#reach();
    // Left-over parts that cannot be dropped must not keep a backup from being made.
    this.#swept ??= this.sweep().catch(() => undefined);
    await this.#swept;
  }

  #object(key: StorageKey): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#location.bucket, Key: `${this.#location.prefix}${key}` };
  }

  async #guard<T>(step: Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      throw toS3Error(error, this.#place);
    }
  }

  #notAsGiven(key: StorageKey): BackupError {
    return new BackupError(
      'system_error',
      `What was stored as ${key} in ${s3Address(this.#location)} is not what was written: the server, or something on the way, changed it. It has been removed.`,
      { key, destination: this.#place.name },
    );
  }
}

/** To the second, which is all that some answers tell. */
function statOf(key: StorageKey, sizeBytes: number, modified: Date | undefined): ObjectStat {
  const ms = modified?.getTime() ?? 0;
  return { key, sizeBytes, modifiedAt: new Date(ms - (ms % 1_000)) };
}

/**
 * The client with requests that end when the signal is aborted, for `Upload`, which hands on no signal of its own. The
 * request that begins an upload is let finish: without its answer nobody could drop what it has begun.
 */
function cancellable(client: S3Client, abortSignal: AbortSignal): S3Client {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'send') return value;
      return (command: Parameters<S3Client['send']>[0]) =>
        command instanceof CreateMultipartUploadCommand
          ? target.send(command)
          : target.send(command, { abortSignal });
    },
  });
}

/** The same body. An error of it is noted as its own, whatever it looks like and whoever hides it. */
function noting(body: AsyncIterable<Uint8Array>, told: Told): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = body[Symbol.asyncIterator]();
      return {
        next: async () => {
          try {
            return await iterator.next();
          } catch (error) {
            told.failed = { reason: error };
            throw error;
          }
        },
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms).unref());
}
