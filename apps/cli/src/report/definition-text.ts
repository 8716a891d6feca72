import type { DefinitionNote } from '@satchel/domain';

/** @returns null if nobody asked for it */
export function definitionText(definition: DefinitionNote | undefined): string | null {
  if (definition === undefined) return null;
  return definition.included ? `of the database, by ${definition.tool}` : `rows only: ${definition.reason}`;
}

/** `note`: what wrote it, or why there is none. */
export function definitionData(definition: DefinitionNote | undefined) {
  if (definition === undefined) return null;
  const { included } = definition;
  return { included, note: definition.included ? definition.tool : definition.reason };
}
