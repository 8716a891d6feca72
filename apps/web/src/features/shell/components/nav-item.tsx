import { NavLink } from 'react-router';
import { useText } from '../../../texts/use-text.js';
import type { NavigationItem } from './navigation.js';

/** One page that one can go to. */
export function NavItem({ item, className }: { item: NavigationItem; className: string | undefined }) {
  const { t } = useText();
  const Icon = item.icon;
  return (
    <NavLink to={item.to} end={item.to === '/'} className={className ?? ''}>
      <Icon size={20} aria-hidden />
      <span>{t(item.label)}</span>
    </NavLink>
  );
}
