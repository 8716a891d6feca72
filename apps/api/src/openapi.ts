import 'reflect-metadata';
import { openApiDocument } from './openapi/openapi-document.js';
import { previewApp } from './openapi/preview-app.js';

// Prints the description of the API; `openapi.json` beside this package is what it prints.
process.stdout.write(`${JSON.stringify(openApiDocument(await previewApp()), null, 2)}\n`);
