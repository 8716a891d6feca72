import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ObjectStat, OpenDestination, StorageKey, StoredObject } from '@satchel/domain';
import { BackupStorage, Destinations, toBackupError } from '@satchel/domain';
import { LocalStorage, sweepPartialFiles } from '@satchel/storage';
import type { S3Storage } from '@satchel/storage/s3';
import type { DestinationConfig, DestinationsConfig } from './destinations.config.js';
import { FolderProbe } from './folder-probe.js';
import { once, type Make } from './on-demand.js';

type S3Config = Extract<DestinationConfig, { kind: 's3' }>;
type LocalConfig = Extract<DestinationConfig, { kind: 'local' }>;

/** The destinations of the settings. */
export class ConfigDestinations extends Destinations {
  readonly all: Destinations['all'];

  constructor([primary, ...others]: DestinationsConfig) {
    super();
    this.all = [openDestination(primary), ...others.map(openDestination)];
  }
}

function openDestination(config: DestinationConfig): OpenDestination {
  return config.kind === 'local' ? openFolder(config) : openBucket(config);
}

function openFolder({ name, location, setting }: LocalConfig): OpenDestination {
  const probe = new FolderProbe(location);
  return {
    name,
    kind: 'local',
    location,
    storage: new LocalStorage(location, setting),
    probe: () => probe.probe(),
    sweep: async () => (await sweepPartialFiles(location).catch(noFolder)).length,
    scratch: () => {
      const folder = join(location, scratchName('.'));
      return {
        storage: new LocalStorage(folder, setting),
        remove: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}

/** A folder that is not there yet holds nothing to sweep. */
function noFolder(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function openBucket(config: S3Config): OpenDestination {
  const { name, location, bucket } = config;
  const make = once(() => openS3(config));
  return {
    name,
    kind: 's3',
    location,
    storage: new OnDemandStorage(make),
    probe: async () => {
      try {
        await (await make()).probe();
        return { location, writable: true, problem: null, freeBytes: null };
      } catch (thrown) {
        return { location, writable: false, problem: toBackupError(thrown).message, freeBytes: null };
      }
    },
    sweep: async () => (await make()).sweep(),
    scratch: () => {
      const below = { ...bucket, prefix: `${bucket.prefix}${scratchName('')}/` };
      const storage = new OnDemandStorage(once(() => openS3({ ...config, bucket: below })));
      return { storage, remove: () => removeAll(storage) };
    },
  };
}

async function openS3({ name, bucket, credentials }: S3Config): Promise<S3Storage> {
  const { S3Storage } = await import('@satchel/storage/s3');
  return new S3Storage({ name, location: bucket, credentials });
}

function scratchName(start: string): string {
  return `${start}satchel-check-${randomBytes(8).toString('hex')}`;
}

async function removeAll(storage: BackupStorage): Promise<void> {
  for await (const { key } of storage.list()) await storage.remove(key);
}

/** A storage whose adapter is made at the first call: most commands never load what speaks S3. */
class OnDemandStorage extends BackupStorage {
  constructor(private readonly adapter: Make<BackupStorage>) {
    super();
  }

  async write(key: StorageKey, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StoredObject> {
    return (await this.adapter()).write(key, body, signal);
  }

  async read(
    key: StorageKey,
    range?: { start: number; end?: number },
    signal?: AbortSignal,
  ): Promise<Readable> {
    return (await this.adapter()).read(key, range, signal);
  }

  async stat(key: StorageKey): Promise<ObjectStat | null> {
    return (await this.adapter()).stat(key);
  }

  async *list(prefix?: string): AsyncGenerator<ObjectStat, void, undefined> {
    yield* (await this.adapter()).list(prefix);
  }

  async remove(key: StorageKey): Promise<void> {
    return (await this.adapter()).remove(key);
  }
}
