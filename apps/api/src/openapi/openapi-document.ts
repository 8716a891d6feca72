import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { describeError } from '../http/envelope.dto.js';
import { ERROR_STATUS } from '../http/error-status.js';
import { toJsonSchema } from './json-schema.js';
import { showWrongFields } from './validation-examples.js';

/** The version of the contract, not of the product. */
const API_VERSION = '1.0.0';

/** Describes every route of the server as OpenAPI 3.1, from what controllers and schemas say; nothing is asked. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Satchel')
    .setDescription(
      'Backup and restore of a PostgreSQL database.\n\n' +
        'Every answer but files, CSV and metrics is an envelope: `{"status": "success", "message", "data", "timestamp"}`, ' +
        'or `{"status": "error", "message", "error_type", "details", "request_id", "timestamp"}`. ' +
        'Each path works with and without a slash at its end. Permissions stand at each operation as `x-permission`.',
    )
    .setVersion(API_VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token, or a personal API token.',
    })
    .addCookieAuth('satchel_access', {
      type: 'apiKey',
      in: 'cookie',
      description: 'For browsers, with `X-CSRF-Token`.',
    })
    .addTag('backups', 'Make, look at, verify, download and delete backups.')
    .addTag('history', 'What has been done.')
    .addTag('jobs', 'Follow and stop what is being done.')
    .addTag('restore', 'Look into files, restore them, take restores back.')
    .addTag('system', 'How everything is.')
    .build();
  const document = SwaggerModule.createDocument(app, info, {
    operationIdFactory: operationId,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? toJsonSchema(schema, schemaType) : undefined,
  });
  showWrongFields(document);
  describeBugs(document);
  sayCredentialsOnce(document);
  return document;
}

/** Any operation may meet a bug, whatever its controller says; described once, and referred to. */
function describeBugs(document: OpenAPIObject): void {
  const { description, examples } = describeError('system_error');
  const schema = { $ref: '#/components/schemas/ErrorEnvelope' };
  document.components = {
    ...document.components,
    responses: { SystemError: { description, content: { 'application/json': { schema, examples } } } },
  };
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations as Record<string, OperationObject>)) {
      responses[ERROR_STATUS.system_error] = { $ref: '#/components/responses/SystemError' };
    }
  }
}

/** Decorators that many routes share add to one list, which has each way to sign in once for every route then. */
function sayCredentialsOnce(document: OpenAPIObject): void {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations as Record<string, OperationObject>)) {
      if (operation.security === undefined) continue;
      const ways = new Map(operation.security.map(way => [JSON.stringify(way), way]));
      operation.security = [...ways.values()];
    }
  }
}

/** For a route that has no name of its own: `SessionController.endOthers` is `sessionEndOthers`. */
function operationId(controller: string, method: string): string {
  const subject = controller.replace(/Controller$/, '');
  return `${subject.charAt(0).toLowerCase()}${subject.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}
