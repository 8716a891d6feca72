import { NavLink } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import classes from '../users.module.css';

/** From users to roles and back. */
export function UserTabs() {
  const { t } = useText();
  return (
    <nav className={classes['tabs']} aria-label={t('nav.users')}>
      <NavLink to={paths.users} end className={classes['tab'] ?? ''}>
        {t('users.users')}
      </NavLink>
      <NavLink to={paths.roles} className={classes['tab'] ?? ''}>
        {t('users.roles')}
      </NavLink>
    </nav>
  );
}
