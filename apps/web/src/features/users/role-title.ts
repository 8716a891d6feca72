import type { Role } from '@satchel/api-client';
import type { Translate } from '../../texts/use-text.js';

/** The roles of a new installation in the person's language, as long as nobody has given them another title. */
const FIRST_TITLES: Readonly<
  Record<
    string,
    readonly [title: string, key: `role.${'administrator' | 'restorer' | 'operator' | 'auditor'}`]
  >
> = {
  administrator: ['Administrator', 'role.administrator'],
  restorer: ['Restores data', 'role.restorer'],
  operator: ['Makes backups', 'role.operator'],
  auditor: ['Looks, changes nothing', 'role.auditor'],
};

export function roleTitle(t: Translate, { name, title }: Pick<Role, 'name' | 'title'>): string {
  const first = FIRST_TITLES[name];
  return first?.[0] === title ? t(first[1]) : title;
}
