import type { Origin, RestorePlan, ScopeConfig } from '@satchel/domain';
import { BackupError, matchesPattern, relationLabel } from '@satchel/domain';

/**
 * Keeps a file that is not provably ours from changing tables that grant power (users, permissions): who can have such
 * a file restored could otherwise make themselves an administrator. Asked for by name, it is done.
 *
 * @param named tables that the person asked for, as `name` or `schema.name`
 * @throws BackupError `permission_error` naming the tables
 */
export function refuseRestricted(
  plan: RestorePlan,
  origin: Origin,
  { restricted }: Pick<ScopeConfig, 'restricted'>,
  named: readonly string[],
): void {
  if (origin === 'ours' || origin === 'relaid') return;
  const refused = plan.relations.filter(
    relation =>
      relation.created + relation.updated + relation.deleted > 0 &&
      restricted.some(pattern => matchesPattern(pattern, relation)) &&
      !named.some(name => name === relation.name || name === relationLabel(relation)),
  );
  if (refused.length === 0) return;
  const tables = refused.map(relationLabel);
  throw new BackupError(
    'permission_error',
    `The file ${origin === 'altered' ? 'was changed after we signed it' : 'was not made by this installation'}, and it would change ` +
      `${tables.join(', ')}, which decides who may do what. Nothing was changed. If you trust the file, ask for it by name: ` +
      `${refused.map(relation => `--restricted ${relation.name}`).join(' ')}.`,
    { tables, origin },
  );
}
