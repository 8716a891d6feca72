/** What a test's database starts as. */
export type TemplateName = 'empty';

/** The database of the server to copy for a template. */
export async function templateDatabase(_serverUrl: string, _template: TemplateName): Promise<string> {
  return 'template0';
}
