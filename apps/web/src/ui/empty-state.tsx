import { cx } from './cx.js';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';
import type { Tone } from './tone.js';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly tone?: Tone;
  readonly live?: boolean;
}

/** What stands where there is nothing to show, and what to do about it. */
export function EmptyState({ icon: Icon, title, children, action, tone, live = false }: EmptyStateProps) {
  return (
    <div className={cx(classes['empty'], tone && `tone-${tone}`)} {...(live ? { role: 'alert' } : {})}>
      <span className={classes['badge']}>
        <Icon size={26} aria-hidden />
      </span>
      <p className={classes['title']}>{title}</p>
      {children !== undefined && <div className={classes['text']}>{children}</div>}
      {action !== undefined && <div className={classes['action']}>{action}</div>}
    </div>
  );
}
