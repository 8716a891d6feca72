import type { Origin, RelationPlan, RestorePlan, ScopeConfig } from '@satchel/domain';
import { BackupError, matchesPattern, relationLabel } from '@satchel/domain';

/**
 * Finds the tables that grant power (users, permissions) and that a file which is not provably ours would change, as far
 * as nobody has asked for them by name.
 *
 * @param named tables that the person asked for, as `name` or `schema.name`
 */
export function restrictedTables(
  plan: RestorePlan,
  origin: Origin,
  { restricted }: Pick<ScopeConfig, 'restricted'>,
  named: readonly string[],
): readonly RelationPlan[] {
  if (origin === 'ours' || origin === 'relaid') return [];
  return plan.relations.filter(
    relation =>
      relation.created + relation.updated + relation.deleted > 0 &&
      restricted.some(pattern => matchesPattern(pattern, relation)) &&
      !named.some(name => name === relation.name || name === relationLabel(relation)),
  );
}

/**
 * Keeps a file that is not provably ours from changing tables that grant power: who can have such a file restored could
 * otherwise make themselves an administrator. Asked for by name, it is done.
 *
 * @param refused as `restrictedTables` found them
 * @throws BackupError `permission_error` naming the tables
 */
export function refuseRestricted(refused: readonly RelationPlan[], origin: Origin): void {
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
