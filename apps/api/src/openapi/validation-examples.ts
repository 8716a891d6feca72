import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { z } from 'zod';
import { describeError } from '../http/envelope.dto.js';
import { ERROR_STATUS } from '../http/error-status.js';
import { toValidationError } from '../http/validation.pipe.js';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Values that it may not be able to have, as they would be sent. */
  readonly wrong: readonly unknown[];
}

/** What a union of schemas says, which helps nobody. */
const SAYS_NOTHING = 'Invalid input';

/** Longest message that is still an example, in characters: some lists of what is allowed fill a screen. */
const LONGEST = 150;

/** Shows for each operation what it says of a wrong value in a field of its own, instead of the same for all of them. */
export function showWrongFields(document: OpenAPIObject): void {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations as Record<string, OperationObject>)) {
      const answer = operation.responses[ERROR_STATUS.validation_error];
      const media = answer !== undefined && 'content' in answer && answer.content?.['application/json'];
      const shown = media ? media.examples?.['validation_error'] : undefined;
      const issue = shown && wrongField(fieldsOf(operation, document));
      if (!media || !issue) continue;
      const { message, context } = toValidationError([issue]);
      const example = describeError('validation_error').examples['validation_error'];
      if (example === undefined) continue;
      const value = { ...example.value, message, details: { fields: context['fields'] } };
      media.examples = { ...media.examples, validation_error: { ...example, value } };
    }
  }
}

/** Fields of the body before parameters: they are what a person fills in. */
function fieldsOf({ requestBody, parameters = [] }: OperationObject, document: OpenAPIObject): Field[] {
  const body = requestBody !== undefined && 'content' in requestBody ? requestBody.content : {};
  const bodies = Object.values(body).map(({ schema }) => resolved(schema as JsonSchema, document));
  return [
    ...bodies.flatMap(({ properties = {}, required = [] }) =>
      Object.entries(properties).map(([name, schema]) => ({
        name,
        schema: schema as JsonSchema,
        wrong: required.includes(name) ? [undefined, 0, 'x'] : [0, 'x'],
      })),
    ),
    ...parameters.flatMap(parameter => {
      if (!('name' in parameter) || parameter.schema === undefined) return [];
      const schema = parameter.schema as JsonSchema;
      const tooLong = 'x'.repeat((schema.maxLength ?? 0) + 1);
      return [{ name: parameter.name, schema, wrong: schema.type === 'integer' ? [0] : ['x', tooLong] }];
    }),
  ];
}

function resolved(schema: JsonSchema, { components }: OpenAPIObject): SchemaOfObject {
  const name = (schema as { $ref?: string }).$ref?.split('/').at(-1);
  return (name === undefined ? schema : (components?.schemas?.[name] ?? {})) as SchemaOfObject;
}

interface SchemaOfObject {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** The first field that can be said something useful of; else one that can be wrong at all. */
function wrongField(fields: readonly Field[]): { path: string[]; message: string } | undefined {
  const problems = fields
    .filter(({ schema }) => schema.format !== 'binary' && !JSON.stringify(schema).includes('"$ref"'))
    .flatMap(({ name, schema, wrong }) => {
      const checked = z.fromJSONSchema(schema);
      const refused = wrong.map(value => checked.safeParse(value).error?.issues[0]);
      const issue = refused.find(found => found !== undefined);
      return issue === undefined ? [] : [{ path: [name], message: issue.message }];
    });
  return problems.find(({ message }) => message !== SAYS_NOTHING && message.length <= LONGEST) ?? problems[0];
}
