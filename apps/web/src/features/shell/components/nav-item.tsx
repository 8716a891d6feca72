import { NavLink } from 'react-router';
import { useText } from '../../../texts/use-text.js';
import { AlarmBadge } from './alarm-badge.js';
import type { NavigationItem } from './navigation.js';

interface NavItemProps {
  readonly item: NavigationItem;
  readonly className: string | undefined;
  /** Where there is little room; screen readers get the whole name. */
  readonly short?: boolean;
}

/** One page that one can go to. */
export function NavItem({ item, className, short = false }: NavItemProps) {
  const { t } = useText();
  const Icon = item.icon;
  return (
    <NavLink
      to={item.to}
      end={item.to === '/'}
      className={className ?? ''}
      {...(short ? { 'aria-label': t(item.label) } : {})}
    >
      <Icon size={20} aria-hidden />
      <span>{t(short ? (item.short ?? item.label) : item.label)}</span>
      {item.badge === 'open alarms' && <AlarmBadge />}
    </NavLink>
  );
}
