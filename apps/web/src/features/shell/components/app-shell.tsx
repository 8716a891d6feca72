import { useDisclosure } from '@mantine/hooks';
import { Ellipsis, WifiOff } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { useCan } from '../../../lib/permission.js';
import { useOnline } from '../../../lib/use-online.js';
import { useText } from '../../../texts/use-text.js';
import { Brand } from '../../../ui/brand.js';
import { Toasts } from '../../../ui/toasts.js';
import { RowSkeleton } from '../../../ui/row-skeleton.js';
import { JobWatcher } from '../../jobs/components/job-watcher.js';
import { AlarmBadge } from './alarm-badge.js';
import classes from './app-shell.module.css';
import { NavItem } from './nav-item.js';
import { NAVIGATION } from './navigation.js';
import type { NavigationItem } from './navigation.js';
import { SignedIn } from './signed-in.js';
import { ThemeSwitch } from './theme-switch.js';

const MoreDrawer = lazy(async () => ({ default: (await import('./more-drawer.js')).MoreDrawer }));

/** The frame around every page: where one can go, who one is, and whether the network is there. */
export function AppShell() {
  const { t } = useText();
  const can = useCan();
  const online = useOnline();
  const busy = useNavigation().state !== 'idle';
  const items = NAVIGATION.filter(({ permission }) => permission === null || can(permission));
  return (
    <div className={classes['shell']}>
      <a href="#content" className={classes['skip']}>
        {t('shell.skip')}
      </a>
      <div className={classes['loading']} data-busy={busy || undefined} aria-hidden />
      <Sidebar items={items} />
      <div className={classes['column']}>
        <header className={classes['topbar']}>
          <Brand />
          <ThemeSwitch />
        </header>
        {!online && (
          <div className={classes['offline']} role="status">
            <WifiOff size={18} aria-hidden /> {t('shell.offline')}
          </div>
        )}
        <main id="content" className={classes['content']} tabIndex={-1}>
          <Suspense fallback={<RowSkeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <BottomBar items={items} />
      <JobWatcher />
      {/* Inside the router: notices have links in them. */}
      <Toasts />
    </div>
  );
}

function Sidebar({ items }: { items: readonly NavigationItem[] }) {
  const { t } = useText();
  return (
    <aside className={classes['sidebar']} aria-label="Satchel">
      <div className={classes['brand']}>
        <Brand />
      </div>
      <nav className={classes['nav']} aria-label={t('shell.navigation')}>
        {items.map(item => (
          <NavItem key={item.to} item={item} className={classes['link']} />
        ))}
      </nav>
      <SignedIn />
    </aside>
  );
}

function BottomBar({ items }: { items: readonly NavigationItem[] }) {
  const { t } = useText();
  const [opened, more] = useDisclosure(false);
  // Fetched when it is first wanted: it is a part that most visits do without.
  const [asked, setAsked] = useState(false);
  const { pathname } = useLocation();
  const { close } = more;
  useEffect(close, [pathname, close]);
  return (
    <>
      <nav className={classes['bottom']} aria-label={t('shell.navigation')}>
        {items
          .filter(({ first }) => first)
          .map(item => (
            <NavItem key={item.to} item={item} className={classes['tab']} short />
          ))}
        <button
          type="button"
          className={classes['tab']}
          aria-haspopup="dialog"
          onClick={() => {
            setAsked(true);
            more.open();
          }}
        >
          <Ellipsis size={20} aria-hidden />
          <span>{t('nav.more')}</span>
          {/* The page of the alarms is among those behind it. */}
          <AlarmBadge />
        </button>
      </nav>
      {asked && (
        <Suspense>
          <MoreDrawer opened={opened} items={items.filter(({ first }) => !first)} onClose={more.close} />
        </Suspense>
      )}
    </>
  );
}
