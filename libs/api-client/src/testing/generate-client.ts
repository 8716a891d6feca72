import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';

const DOCUMENT = fileURLToPath(new URL('../../../../apps/api/openapi.json', import.meta.url));
const FOLDER = fileURLToPath(new URL('../generated', import.meta.url));

/** Writes the client anew from the API's description. @param folder where to, in place of where it is committed */
export async function generate(folder = FOLDER): Promise<void> {
  await createClient({
    input: DOCUMENT,
    output: { path: folder, clean: true, module: { extension: '.js' } },
    logs: { level: 'silent', file: false },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
