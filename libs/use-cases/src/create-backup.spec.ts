import { CatalogDatabase, TypeormAuditLog, TypeormCatalog } from '@satchel/catalog';
import {
  BackupError,
  BackupSource,
  KeyRing,
  newBackupId,
  SCHOOL_SCOPES,
  type SigningKey,
  type SourceSession,
} from '@satchel/domain';
import { MemoryStorage } from '@satchel/storage';
import { FixedClock } from '@satchel/testing';
import { describe, expect, it } from 'vitest';
import { CreateBackup } from './create-backup.js';

class RefusingCatalog extends TypeormCatalog {
  failures = 0;

  override begin(): Promise<void> {
    return Promise.reject(new BackupError('conflict', 'A backup with this id is already there.'));
  }

  override fail(): Promise<void> {
    this.failures++;
    return Promise.resolve();
  }
}

class NotingSource extends BackupSource {
  readonly events: string[] = [];

  override open(): Promise<SourceSession> {
    this.events.push('opened');
    return Promise.resolve({
      snapshotId: null,
      source: { server: 'PostgreSQL 18', database: 'school', encoding: 'UTF8', schemaDigest: '' },
      relations: [],
      omitted: [],
      jobs: 1,
      slices: () => Promise.resolve([]),
      async *copyOut() {},
      sequences: () => Promise.resolve([]),
      definition: async () => {
        await new Promise(resolve => setImmediate(resolve));
        this.events.push('definition read');
        return { included: false, reason: 'none' };
      },
      close: () => {
        this.events.push('closed');
        return Promise.resolve();
      },
    });
  }
}

class NoKeys extends KeyRing {
  override current(): Promise<SigningKey> {
    return Promise.reject(new Error('not asked for'));
  }

  override byId(): Promise<SigningKey | null> {
    return Promise.resolve(null);
  }
}

describe('CreateBackup', () => {
  it('closes the source, which is opened and read meanwhile, where the catalog refuses the backup', async () => {
    const keyRing = new NoKeys();
    const database = new CatalogDatabase('postgresql://nobody@127.0.0.1:1/nowhere');
    const catalog = new RefusingCatalog(database);
    const source = new NotingSource();
    const storage = new MemoryStorage();
    const create = new CreateBackup(
      SCHOOL_SCOPES,
      source,
      storage,
      '/backups',
      catalog,
      new TypeormAuditLog(database, keyRing),
      keyRing,
      new FixedClock(),
      'test',
    );
    const command = {
      backupId: newBackupId(),
      scopeName: 'full',
      name: null,
      compression: 'none',
      jobs: 1,
      requestedBy: null,
    } as const;
    await expect(create.run(command)).rejects.toMatchObject({ kind: 'conflict' });
    expect(source.events).toEqual(['opened', 'definition read', 'closed']);
    // It is another backup's record.
    expect(catalog.failures).toBe(0);
  });
});
