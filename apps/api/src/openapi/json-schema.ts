import { z } from 'zod';

type JsonObject = Record<string, unknown>;

export interface ConvertedSchema {
  readonly schema: JsonObject;
  readonly components: Record<string, JsonObject>;
}

/**
 * Turns a zod schema into the JSON Schema that OpenAPI 3.1 uses; what has an id becomes a component.
 *
 * @param io what a client sends (`input`: defaults are optional), or gets (`output`)
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): ConvertedSchema {
  const {
    $schema: _,
    $defs,
    ...rest
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    cycles: 'throw',
  }) as JsonObject & { readonly $defs?: Record<string, JsonObject> };
  const components = Object.fromEntries(
    Object.entries($defs ?? {}).map(([name, { id: _id, ...component }]) => [name, component]),
  );
  const id = typeof rest['id'] === 'string' ? rest['id'] : undefined;
  const { id: _id, ...own } = rest;
  return id === undefined
    ? { schema: own, components }
    : { schema: { $ref: `#/$defs/${id}` }, components: { ...components, [id]: own } };
}
