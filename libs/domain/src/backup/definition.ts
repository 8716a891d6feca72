/**
 * A database's definition as SQL: what its tables are made of, in two parts. It is a program. Only that of a file which this
 * installation has signed is ever run, or one that somebody vouches for who may.
 */
export interface DatabaseDefinition {
  /** All that rows need: schemas, types, functions, tables, sequences. */
  readonly preData: string;
  /** All that needs rows: indexes, keys, checks between tables, triggers, policies. */
  readonly postData: string;
}

/** What a source says of its database's definition; `reason` says why there is none, for a person. */
export type FoundDefinition =
  | { readonly included: true; readonly tool: string; readonly definition: DatabaseDefinition }
  | { readonly included: false; readonly reason: string };

/** What a manifest says of it: whether it is in the archive, not what it is. */
export type DefinitionNote =
  { readonly included: true; readonly tool: string } | { readonly included: false; readonly reason: string };
