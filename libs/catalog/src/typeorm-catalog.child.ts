import { openCatalog } from './typeorm-catalog.js';

/** A process that opens the catalog, and with an id begins a backup and waits to be killed. */
export default async function useCatalog(url: string, backupId?: string): Promise<void> {
  const catalog = await openCatalog(url);
  console.log('opened');
  if (backupId !== undefined) {
    const startedAt = new Date();
    await catalog.begin({ backupId, scopeName: 'full', name: null, requestedBy: null, startedAt });
    await catalog.beginRestore({
      restoreId: backupId,
      backupId: null,
      file: 'a.json',
      mode: 'merge',
      undoes: null,
      requestedBy: null,
      startedAt,
    });
    console.log('begun');
    await new Promise(resolve => setTimeout(resolve, 600_000));
  }
  await catalog.close();
}
