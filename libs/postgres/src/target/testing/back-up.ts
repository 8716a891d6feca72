import type { RestoreRequest, SourceSession } from '@satchel/domain';
import { PostgresSource } from '../../source/postgres-source.js';
import { headerOf, restore, settingsOf, type Stored } from './database-in-memory.js';

/** Backs up tables into memory through the real source, context rows and sequences included. */
export async function backUp(
  url: string,
  include: readonly string[] = ['*'],
): Promise<Stored & Pick<SourceSession, 'omitted'>> {
  const scope = { name: 'test', title: 'Test', include, exclude: [] };
  const session = await new PostgresSource(settingsOf(url)).open(scope, { jobs: 1 });
  try {
    const rows: string[][] = session.relations.map(() => []);
    for (const slice of await session.slices()) {
      const lines = rows[slice.relation] ?? [];
      for await (const batch of session.copyOut(slice)) {
        for (const line of Buffer.from(batch.bytes).toString('utf8').split('\n').slice(0, -1))
          lines.push(line);
      }
    }
    const { relations, omitted } = session;
    return { relations: [...relations], rows, sequences: [...(await session.sequences())], omitted };
  } finally {
    await session.close();
  }
}

export type Kept = Pick<Awaited<ReturnType<typeof restore>>, 'before' | 'transactionId'>;

/** Undoes a restore that was made with `keepBefore`, as the use case does; what it changes is kept in turn. */
export async function undo(
  url: string,
  { before, transactionId }: Kept,
  { overwriteEdited = false, ...options }: { overwriteEdited?: boolean } & Partial<RestoreRequest> = {},
): ReturnType<typeof restore> {
  if (before === null || transactionId === null) throw new Error('the restore kept nothing');
  const header = headerOf(before, { restoreId: '00000000-0000-4000-8000-000000000001', transactionId });
  const request = { ...options, header, mode: 'replace', undo: { overwriteEdited } } as const;
  return await restore(url, before, request, { keepBefore: true });
}
