import { Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';
import classes from './action-menu.module.css';

interface ActionMenuProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** What can be done with one row of a list. Until it is opened it is a button and nothing else: lists have many. */
export function ActionMenu({ label, children }: ActionMenuProps) {
  const [wanted, setWanted] = useState(false);
  const [opened, setOpened] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const button = (
    // A plain one: a page of a long list has 200 of them.
    <button
      ref={target}
      type="button"
      className={classes['button']}
      aria-label={label}
      aria-haspopup="menu"
      {...(wanted
        ? {}
        : {
            'aria-expanded': false,
            onClick: () => {
              setWanted(true);
              setOpened(true);
            },
          })}
    />
  );
  if (!wanted) return button;
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      // The button that opened it first has made way for the menu's own.
      onClose={() => target.current?.focus()}
      position="bottom-end"
      width={240}
      transitionProps={{ duration: 100 }}
    >
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
