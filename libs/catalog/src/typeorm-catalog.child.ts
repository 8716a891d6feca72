import { openCatalog } from './typeorm-catalog.js';

/** A process that opens the catalog, and with two ids begins a backup and a restore and waits to be killed. */
export default async function useCatalog(url: string, backupId?: string, restoreId?: string): Promise<void> {
  const catalog = await openCatalog(url);
  console.log('opened');
  if (backupId !== undefined && restoreId !== undefined) {
    const startedAt = new Date();
    await catalog.begin({ backupId, scopeName: 'full', name: null, requestedBy: null, startedAt });
    await catalog.beginRestore({
      restoreId,
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
