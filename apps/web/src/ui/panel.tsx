import { cx } from './cx.js';
import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  readonly title?: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
  /** Without padding, for tables. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
}

/** A part of a page with a heading of its own. */
export function Panel({ title, hint, children, flush = false, className }: PanelProps) {
  const id = useId();
  return (
    <section
      className={cx(classes['panel'], flush && classes['flush'], className)}
      {...(title === undefined ? {} : { 'aria-labelledby': id })}
    >
      {(title !== undefined || hint !== undefined) && (
        <div className={classes['head']}>
          {title !== undefined && (
            <h2 className={classes['title']} id={id}>
              {title}
            </h2>
          )}
          {hint !== undefined && <div className={classes['hint']}>{hint}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
