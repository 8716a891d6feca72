import { cx } from './cx.js';
import { Ban, CircleAlert, CircleCheck, Clock3, Info, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './pill.module.css';
import type { Tone } from './tone.js';

const ICONS = {
  check: CircleCheck,
  alert: CircleAlert,
  warning: TriangleAlert,
  clock: Clock3,
  busy: LoaderCircle,
  ban: Ban,
  info: Info,
} as const;

export type PillIcon = keyof typeof ICONS;

/** A state in a word, with an icon so that the colour is never all there is. */
export function Pill({ tone, icon, children }: { tone: Tone; icon?: PillIcon; children: ReactNode }) {
  const Icon = icon && ICONS[icon];
  return (
    <span className={cx(classes['pill'], `tone-${tone}`)}>
      {Icon && <Icon size={14} aria-hidden className={icon === 'busy' ? classes['spin'] : undefined} />}
      {children}
    </span>
  );
}
