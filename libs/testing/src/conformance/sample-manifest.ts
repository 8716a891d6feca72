import type { BackupId, Manifest } from '@satchel/domain';

/** What a test cares about in a manifest; the rest is made up. */
export interface SampleManifest {
  readonly backupId: BackupId;
  readonly scopeName?: string;
  readonly name?: string | null;
  readonly createdBy?: string | null;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly file?: string;
  readonly sizeBytes?: number;
  readonly rows?: number;
  readonly digest?: string;
}

/** The manifest of an invented backup of one table. */
export function sampleManifest(sample: SampleManifest): Manifest {
  const startedAt = (sample.startedAt ?? new Date('2026-03-01T08:00:00.123Z')).toISOString();
  const finishedAt = (sample.finishedAt ?? new Date('2026-03-01T08:01:00.456Z')).toISOString();
  const rows = sample.rows ?? 3;
  const digest = sample.digest ?? `sha256:${'a'.repeat(64)}`;
  return {
    satchelManifest: 1,
    header: {
      satchel: 1,
      backup: {
        id: sample.backupId,
        type: sample.scopeName ?? 'full',
        name: sample.name ?? null,
        createdAt: startedAt,
        createdBy: sample.createdBy ?? null,
        snapshot: null,
        product: 'satchel 1.0.0',
      },
      source: { server: 'PostgreSQL 18.4', database: 'school', encoding: 'UTF8', schemaDigest: digest },
      relations: [
        {
          schema: 'public',
          name: 'subjects_subject',
          role: 'content',
          columns: [{ name: 'id', type: 'bigint', notNull: true }],
          key: ['id'],
          references: [],
        },
      ],
    },
    footer: {
      parts: [{ relation: 0, count: rows, digest }],
      sequences: [],
      totals: { relations: 1, rows },
      digest,
      signature: null,
    },
    stored: {
      file: sample.file ?? `full_backup_${sample.backupId.slice(0, 8)}.json`,
      sizeBytes: sample.sizeBytes ?? 1_234,
      digest,
      compression: 'none',
      encryption: 'none',
    },
    startedAt,
    finishedAt,
    omitted: [],
  };
}
