import { SCHOOL_SCOPES } from '@satchel/domain';
import { z } from 'zod';
import { SCOPE_CONFIG_SCHEMA } from './scope-config.js';
import { SECRET_SETTINGS, SETTINGS_SCHEMA } from './wiring.config.js';

/** Writes `docs/configuration.md` from the schemas that read the settings, so that the two cannot disagree. */
export function configurationDocs(): string {
  const settings = Object.entries(SETTINGS_SCHEMA.shape).map(
    ([name, schema]) =>
      `| \`${name}\`${SECRET_SETTINGS.includes(name) ? ' (secret)' : ''} | ${defaultOf(schema)} | ${cell(schema.description ?? '')} |`,
  );
  const members = Object.entries(SCOPE_CONFIG_SCHEMA.shape)
    .filter(([name]) => name !== '$schema')
    .map(([name, schema]) => `| \`${name}\` | ${cell(schema.description ?? '')} |`);
  const scopeMembers = Object.entries(scopeShape()).map(
    ([name, schema]) => `| \`scopes[].${name}\` | ${cell(schema.description ?? '')} |`,
  );
  return `# Settings

Generated from the code; change the schemas in \`libs/wiring\`, then run \`npm run docs -w @satchel/wiring\`.

Settings are read once, at start: environment variables before \`.env\` in the working directory before the default. Every
wrong one is reported, all at once, before anything is done. An empty variable counts as not set. Relative paths are
relative to the working directory. Secrets are never printed.

| setting | default | meaning |
|---|---|---|
${settings.join('\n')}

\`DATABASE_URL\` is completed as \`psql\` does it: by \`PG*\` variables, a connection service and a password file.

## Destinations

Each name of \`BACKUP_DESTINATIONS\` but \`local\` has settings of its own; in their names it stands in upper case, with \`_\` for
\`-\`: those of \`off-site\` begin with \`DESTINATION_OFF_SITE_\`.

| setting | default | meaning |
|---|---|---|
| \`DESTINATION_<NAME>_URL\` | none | \`s3://bucket/prefix?region=eu-central-1\`, with \`&endpoint=https://s3.example.org\` for a server other than Amazon's, and \`&conditional=no\` for one that does not know conditional writes; or a folder, \`file:///mnt/usb/backups\`. |
| \`DESTINATION_<NAME>_ACCESS_KEY_ID\` | none | The access key of a bucket. Without it, what the machine has is used, as the AWS tools find it. |
| \`DESTINATION_<NAME>_SECRET_ACCESS_KEY\` (secret) | none | The key's other part. |

\`backup_system storage check --destination=<name>\` tries a destination out.

## Backup types: \`satchel.config.json\`

Without this file the backup types are those of a school. With it, another database is a matter of configuration. All
members may be left out; one that is not known is an error.

| member | meaning |
|---|---|
${[...members, ...scopeMembers].join('\n')}

A pattern is a table name or \`schema.table\`, in which \`*\` stands for any characters and \`?\` for one; case counts. What the
file replaces, as it would be written there:

\`\`\`json
${JSON.stringify(SCHOOL_SCOPES, null, 2)}
\`\`\`
`;
}

function scopeShape(): z.core.$ZodShape & Record<string, z.ZodType> {
  const list = SCOPE_CONFIG_SCHEMA.shape.scopes.unwrap();
  return list.element.shape;
}

function defaultOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return 'none';
  return `\`${String(schema.def.defaultValue)}\``;
}

/** In a table a bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
