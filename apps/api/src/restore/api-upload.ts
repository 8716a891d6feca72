import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { z } from 'zod';
import { toJsonSchema } from '../openapi/json-schema.js';
import { FILE_FIELD } from './receive-form.js';

/** Documents a route that takes a form with a file and options, or the options alone as JSON. */
export function ApiUpload(options: z.ZodType): MethodDecorator {
  const { schema } = toJsonSchema(options, 'input');
  const properties = {
    [FILE_FIELD]: { type: 'string', format: 'binary', description: 'The backup: plain, gzip or zstd.' },
    ...(schema['properties'] as object),
  };
  return applyDecorators(
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: { ...schema, properties } }),
  );
}
