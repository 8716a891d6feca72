import { fillSchool, migrateSchool, prepareDatabase } from '@satchel/demo-school';

/** What a test's database starts as: nothing, or the demo school. */
export type TemplateName = 'empty' | 'school';

/** Enough for every kind of row, small enough to be copied and restored in a moment; attendance has about 13,000 rows. */
export const TEMPLATE_STUDENTS = 25;

/** The database of the server to copy for a template; it is made when it is first asked for. */
export async function templateDatabase(serverUrl: string, template: TemplateName): Promise<string> {
  // Nobody can connect to template0, and a database with connections cannot be copied.
  if (template === 'empty') return 'template0';
  const name = 'template school';
  await prepareDatabase(serverUrl, name, async url => {
    await migrateSchool(url);
    await fillSchool(url, { students: TEMPLATE_STUDENTS });
  });
  return name;
}
