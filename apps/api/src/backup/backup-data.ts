import type { DescribedBackup, DescribedType } from '@satchel/use-cases';
import { copyData, encryptionData } from '@satchel/use-cases';

/** A backup type with the contract's names. */
export function typeData({ scope, tables, estimatedRows, sizeBytes }: DescribedType) {
  return {
    backup_type: scope.name,
    title: scope.title,
    estimated_rows: estimatedRows,
    size_bytes: sizeBytes,
    tables: tables.map(table => ({
      schema: table.schema,
      name: table.name,
      estimated_rows: table.estimatedRows,
      size_bytes: table.sizeBytes,
    })),
  };
}

/** What a manifest says, with the contract's names. */
export function detailsData({ record, manifest, relations, copies }: DescribedBackup) {
  const { header, footer, stored } = manifest;
  const { signature } = footer;
  return {
    backup_id: header.backup.id,
    backup_type: header.backup.type,
    backup_name: header.backup.name,
    created_at: header.backup.createdAt,
    created_by: header.backup.createdBy,
    product: header.backup.product,
    file: stored.file,
    size_bytes: stored.sizeBytes,
    digest: stored.digest,
    compression: stored.compression,
    encryption: encryptionData(stored.encryption),
    started_at: manifest.startedAt,
    finished_at: manifest.finishedAt,
    verified_at: record.verifiedAt?.toISOString() ?? null,
    source: {
      server: header.source.server,
      database: header.source.database,
      encoding: header.source.encoding,
      schema_digest: header.source.schemaDigest,
    },
    signature: signature === null ? null : { key_id: signature.keyId, algorithm: signature.algorithm },
    safety_of: header.backup.safety?.restoreId ?? null,
    rows: footer.totals.rows,
    tables: relations.map(({ schema, name, role, rows }) => ({ schema, name, role, rows })),
    definition: manifest.definition ?? null,
    omitted: manifest.omitted,
    copies: copies.map(copyData),
    destinations: manifest.destinations ? [...manifest.destinations] : null,
  };
}
