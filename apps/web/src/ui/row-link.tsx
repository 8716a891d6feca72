import type { MouseEvent, ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { BASE_PATH } from '../lib/paths.js';

interface RowLinkProps {
  /** One of our own paths. */
  readonly to: string;
  readonly children: ReactNode;
}

/** A link for the rows of a long list. The router's own, which may be relative, is drawn anew whenever the address changes. */
export function RowLink({ to, children }: RowLinkProps) {
  const navigate = useNavigate();
  const follow = (event: MouseEvent) => {
    // All but a plain click is the browser's: a new tab, a new window, a download.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void navigate(to);
  };
  return (
    <a href={BASE_PATH.slice(0, -1) + to} onClick={follow}>
      {children}
    </a>
  );
}
