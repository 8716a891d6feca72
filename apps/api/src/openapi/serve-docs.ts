import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SwaggerModule } from '@nestjs/swagger';
import { openApiDocument } from './openapi-document.js';

/** Serves the description of the API, and pages to read it and try it out; made when somebody first asks. */
export function serveDocs(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('backup/api/docs', app, () => (document ??= openApiDocument(app)), {
    jsonDocumentUrl: 'backup/api/openapi.json',
    yamlDocumentUrl: 'backup/api/openapi.yaml',
    customSiteTitle: 'Satchel API',
    swaggerOptions: { persistAuthorization: true },
  });
}
