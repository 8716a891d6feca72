/**
 * Brings a database to the school's newest schema; does nothing where it is there already.
 *
 * @param url of a database whose role may create tables in schema `public`
 */
export async function migrateSchool(url: string): Promise<void> {
  // Loaded when needed: TypeORM takes a third of a second, and most runs find a school that is there.
  const { schoolDataSource } = await import('./data-source.js');
  const dataSource = schoolDataSource(url);
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
