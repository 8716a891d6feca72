import { TableEstimates, type TableEstimate } from '@satchel/domain';
import { readRelations } from './catalog/index.js';
import { connect, fromPostgresError, type ConnectionSettings } from './connection/index.js';

/** Asks PostgreSQL's catalog which tables there are, and how large they are by its statistics. */
export class PostgresTableEstimates extends TableEstimates {
  constructor(private readonly settings: ConnectionSettings) {
    super();
  }

  override async tables(signal?: AbortSignal): Promise<readonly TableEstimate[]> {
    const client = await connect(this.settings, {
      applicationName: 'satchel status',
      readOnly: true,
      signal,
    });
    try {
      const relations = await readRelations(client);
      return relations.map(({ schema, name, estimatedRows, sizeBytes }) => ({
        schema,
        name,
        estimatedRows,
        sizeBytes,
      }));
    } catch (error) {
      throw fromPostgresError(error, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
