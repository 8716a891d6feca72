import { cx } from './cx.js';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';
import type { Tone } from './tone.js';

const ICONS = { ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, info: Info, idle: Info } as const;

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Read out at once; for what has just happened. */
  readonly live?: boolean;
}

/** Something to be told within a page. */
export function Notice({ tone, title, children, actions, live = false }: NoticeProps) {
  const Icon = ICONS[tone];
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What has just happened may be said below the edge of the window.
    if (live) element.current?.scrollIntoView({ block: 'nearest' });
  }, [live]);
  return (
    <div ref={element} className={cx(classes['notice'], `tone-${tone}`)} {...(live ? { role: 'alert' } : {})}>
      <Icon size={20} aria-hidden className={classes['icon']} />
      <div className={classes['body']}>
        {title !== undefined && <p className={classes['title']}>{title}</p>}
        {children !== undefined && <div className={classes['text']}>{children}</div>}
        {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
      </div>
    </div>
  );
}
