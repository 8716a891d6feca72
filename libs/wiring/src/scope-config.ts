import { readFileSync } from 'node:fs';
import type { ScopeConfig } from '@satchel/domain';
import { BackupError, SCHOOL_SCOPES } from '@satchel/domain';
import { z } from 'zod';

/** Longest `satchel.config.json` that is read, in bytes; a real one has a few kilobytes. */
const MAX_CONFIG_BYTES = 1024 * 1024;

const pattern = z
  .string()
  .min(1)
  .max(200)
  .describe('a table name or `schema.table`, in which `*` and `?` stand for any characters');

/** What `satchel.config.json` may hold. Unknown members are mistakes, and said so. */
export const SCOPE_CONFIG_SCHEMA = z.strictObject({
  $schema: z.string().optional().describe('For editors; ignored.'),
  schemas: z
    .array(z.string().min(1).max(63))
    .min(1)
    .optional()
    .describe(
      'The schemas that are protected. A pattern without a schema holds in these; without the list, in every schema but PostgreSQL’s and Satchel’s own.',
    ),
  scopes: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits, "_" or "-"')
          .refine(name => name !== 'safety', 'is taken: safety backups are made by restores')
          .describe('The backup type, as `--type` takes it.'),
        title: z.string().min(1).max(200).optional().describe('Words for people; the name without it.'),
        include: z.array(pattern).min(1).describe('The tables of the type.'),
        exclude: z.array(pattern).default([]).describe('Tables left out of those.'),
      }),
    )
    .min(1)
    .refine(scopes => new Set(scopes.map(({ name }) => name)).size === scopes.length, {
      error: 'has a name twice',
    })
    .optional()
    .describe(
      'The backup types. Without the list: full, students, financial and teachers, as a school needs them.',
    ),
  restricted: z
    .array(pattern)
    .optional()
    .describe(
      'Tables that grant power (users, permissions). From a file that is not ours they are restored only with `--restricted`.',
    ),
  fill: z
    .record(
      z.string().regex(/^[^.]+(\.[^.]+){1,2}$/, 'must be table.column or schema.table.column'),
      z.string(),
    )
    .optional()
    .describe(
      'Values for required columns that an old file lacks, as PostgreSQL reads them; used with `--allow-missing`.',
    ),
});

/**
 * Reads `satchel.config.json`; without one, the school's four types.
 *
 * @param required whether somebody named the file: then it must exist
 * @throws BackupError `validation_error` naming every wrong place by its path
 */
export function readScopeConfig(path: string, required: boolean): ScopeConfig {
  const text = readText(path, required);
  return text === null ? SCHOOL_SCOPES : parseScopeConfig(text, path);
}

/** Parses the file's text. @param path for messages */
export function parseScopeConfig(text: string, path: string): ScopeConfig {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new BackupError(
      'validation_error',
      `${path} is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}.`,
      { file: path },
      { cause },
    );
  }
  const parsed = SCOPE_CONFIG_SCHEMA.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(issue => ({ at: pathOf(issue.path), problem: issue.message }));
    throw new BackupError(
      'validation_error',
      `${path} is wrong: ${problems.map(({ at, problem }) => `${at}: ${problem}`).join('; ')}.`,
      { file: path, problems },
    );
  }
  const { schemas, scopes, restricted, fill } = parsed.data;
  const named =
    scopes?.map(scope => ({ ...scope, title: scope.title ?? scope.name })) ?? SCHOOL_SCOPES.scopes;
  return {
    scopes: named.map(scope => ({ ...scope, include: inSchemas(scope.include, schemas) })),
    restricted: restricted ?? SCHOOL_SCOPES.restricted,
    fill: fill ?? SCHOOL_SCOPES.fill,
  };
}

/** A pattern that names no schema, once for each protected schema. */
function inSchemas(patterns: readonly string[], schemas: readonly string[] | undefined): readonly string[] {
  if (schemas === undefined) return patterns;
  return patterns.flatMap(text => (text.includes('.') ? [text] : schemas.map(schema => `${schema}.${text}`)));
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function readText(path: string, required: boolean): string | null {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= MAX_CONFIG_BYTES) return text.replace(/^\uFEFF/, '');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing && !required) return null;
    throw new BackupError(
      'validation_error',
      `${path} ${missing ? 'does not exist' : 'cannot be read'}; SATCHEL_CONFIG names the file that describes the backup types.`,
      { setting: 'SATCHEL_CONFIG', file: path },
      { cause },
    );
  }
  throw new BackupError('validation_error', `${path} is longer than ${MAX_CONFIG_BYTES} bytes.`, {
    setting: 'SATCHEL_CONFIG',
    file: path,
  });
}
