import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import classes from './page.module.css';

interface PageHeaderProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
  /** What stands in the browser's tab; the title by default. */
  readonly tab?: string;
}

/** The head of a page. It takes the focus when the page comes up, so that a screen reader says where one is. */
export function PageHeader({ title, lead, actions, back, tab }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab ?? title} · Satchel`;
  }, [tab, title]);
  useEffect(() => {
    // At the first load nothing has been left, so the focus stays where the browser puts it.
    if (document.activeElement !== document.body || performance.now() > 4_000) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <header className={classes['header']}>
      <div className={classes['titles']}>
        {back && (
          <Link to={back.to} className={classes['back']}>
            <ArrowLeft size={16} aria-hidden /> {back.label}
          </Link>
        )}
        <h1 className={classes['title']} ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </header>
  );
}
