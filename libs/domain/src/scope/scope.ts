/**
 * A named set of relations: the contract's backup *type*. Patterns are globs (`*`, `?`) over `name` or `schema.name`;
 * a pattern without a schema holds in every schema.
 */
export interface Scope {
  readonly name: string;
  readonly title: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What an installation backs up and how it treats its tables: `satchel.config.json`, or the school's default. */
export interface ScopeConfig {
  readonly scopes: readonly Scope[];
  /**
   * Tables that grant power: from a file that is not ours, they are restored only when asked for by name.
   * Patterns as in a scope.
   */
  readonly restricted: readonly string[];
  /**
   * Values for columns that a file lacks and the database requires, as PostgreSQL reads them:
   * `{"students_student.status": "ACTIVE"}`. Used only where missing columns are allowed.
   */
  readonly fill: Readonly<Record<string, string>>;
}

/** Whether a table is in a scope. */
export function scopeIncludes(
  scope: Pick<Scope, 'include' | 'exclude'>,
  table: { schema: string; name: string },
): boolean {
  return (
    scope.include.some(pattern => matchesPattern(pattern, table)) &&
    !scope.exclude.some(pattern => matchesPattern(pattern, table))
  );
}

/** Whether a glob over `name` or `schema.name` names the table. Case counts, as in PostgreSQL's catalog. */
export function matchesPattern(pattern: string, table: { schema: string; name: string }): boolean {
  const expression = globToRegExp(pattern);
  return expression.test(table.name) || expression.test(`${table.schema}.${table.name}`);
}

function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`, 'u');
}
