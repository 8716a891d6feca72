import { Drawer } from '@mantine/core';
import { useText } from '../../../texts/use-text.js';
import classes from './app-shell.module.css';
import { NavItem } from './nav-item.js';
import type { NavigationItem } from './navigation.js';
import { SignedIn } from './signed-in.js';

interface MoreDrawerProps {
  readonly opened: boolean;
  readonly items: readonly NavigationItem[];
  readonly onClose: () => void;
}

/** On phones: the pages that the bar at the bottom has no room for. */
export function MoreDrawer({ opened, items, onClose }: MoreDrawerProps) {
  const { t } = useText();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="auto"
      title={<strong>{t('nav.more')}</strong>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      transitionProps={{ duration: 160 }}
    >
      <div className={classes['drawer']}>
        {items.map(item => (
          <NavItem key={item.to} item={item} className={classes['link']} />
        ))}
        <SignedIn />
      </div>
    </Drawer>
  );
}
