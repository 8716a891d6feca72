import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isArchiveKey, isManifestKey } from '@satchel/domain';
import { isStorageKey } from './check-storage-key.js';
import { s3ErrorName } from './s3-error.js';
import type { S3Location } from './s3-location.js';
import { ABANDONED_AFTER_MS } from './sweep-partial-files.js';

interface FoundUpload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

/**
 * Drops unfinished uploads of backups below the location's prefix that were begun more than an hour ago and have had no
 * new part for an hour: a living writer sends one every few minutes, and a slow line must not cost it the upload.
 *
 * @returns how many were dropped
 * @throws the SDK's error if uploads cannot be listed or dropped
 */
export async function sweepUploads(
  client: S3Client,
  location: Pick<S3Location, 'bucket' | 'prefix'>,
  now: Date,
): Promise<number> {
  let swept = 0;
  for await (const { begunAt, ...upload } of unfinished(client, location)) {
    const lastSign = isOld(begunAt, now) ? await lastPartAt(client, upload) : now;
    if (!isOld(lastSign ?? begunAt, now)) continue;
    await client.send(new AbortMultipartUploadCommand(upload)).catch(ignoreGone);
    swept += 1;
  }
  return swept;
}

async function* unfinished(
  client: S3Client,
  { bucket: Bucket, prefix: Prefix }: Pick<S3Location, 'bucket' | 'prefix'>,
): AsyncGenerator<FoundUpload & { readonly begunAt: Date }, void, undefined> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const page: Awaited<ReturnType<typeof listUploads>> = await listUploads(client, Bucket, Prefix, marker);
    for (const { Key = '', UploadId, Initiated } of page.Uploads ?? []) {
      const key = Key.slice(Prefix.length);
      // Nothing but our own: somebody else may use the same bucket.
      const ours = isStorageKey(key) && (isArchiveKey(key) || isManifestKey(key));
      if (ours && UploadId !== undefined && Initiated !== undefined) {
        yield { Bucket, Key, UploadId, begunAt: Initiated };
      }
    }
    marker =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
}

function listUploads(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined },
) {
  return client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }));
}

/** @returns null if it has no part yet, or is gone */
async function lastPartAt(client: S3Client, upload: FoundUpload): Promise<Date | null> {
  let last: Date | null = null;
  let PartNumberMarker: string | undefined;
  do {
    const page = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker })).catch(ignoreGone);
    for (const { LastModified } of page?.Parts ?? []) {
      if (LastModified && (last === null || LastModified > last)) last = LastModified;
    }
    PartNumberMarker = page?.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return last;
}

function isOld(moment: Date, now: Date): boolean {
  return now.getTime() - moment.getTime() > ABANDONED_AFTER_MS;
}

/** It was finished, or dropped by another process, meanwhile. */
function ignoreGone(error: unknown): undefined {
  if (s3ErrorName(error) !== 'NoSuchUpload') throw error;
}
