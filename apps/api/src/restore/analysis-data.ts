import type { Upload } from '@satchel/domain';
import type { AnalyzedBackup } from '@satchel/use-cases';
import { expiryOf, planData } from '@satchel/use-cases';

/** What an analysis has found, with the contract's names. @param kept the file, where it waits to be restored */
export function analysisData(analyzed: AnalyzedBackup, kept: Upload | null) {
  const { file, backup, source, contents, restricted, changes } = analyzed;
  return {
    upload_id: kept?.uploadId ?? null,
    expires_at: kept === null ? null : expiryOf(kept).toISOString(),
    file: file.name,
    size_bytes: file.sizeBytes,
    compression: analyzed.compression,
    format: analyzed.format,
    origin: analyzed.origin,
    backup:
      analyzed.format === 'legacy'
        ? null
        : {
            backup_id: backup.id,
            backup_type: backup.type,
            backup_name: backup.name,
            created_at: backup.createdAt,
            created_by: backup.createdBy,
            product: backup.product,
            server: source.server,
            database: source.database,
          },
    rows: contents.reduce((sum, { rows }) => sum + rows, 0),
    contents: contents.map(({ schema, name, role, rows }) => ({ schema, name, role, rows })),
    needs: { allow_missing: analyzed.needsAllowMissing, restricted },
    plan: planData(analyzed.plan),
    plan_digest: analyzed.planDigest,
    changes: changes
      .filter(({ changes: rows }) => rows.length > 0)
      .map(({ relation, changes: rows }) => ({ schema: relation.schema, table: relation.name, rows })),
    warnings: analyzed.warnings,
  };
}
