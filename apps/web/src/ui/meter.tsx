import { cx } from './cx.js';
import classes from './meter.module.css';
import type { Tone } from './tone.js';

interface MeterProps {
  readonly label: string;
  /** From 0 to 1; null where nobody knows. */
  readonly share: number | null;
  readonly valueText?: string;
  readonly tone?: Tone;
}

/** How far something is. */
export function Meter({ label, share, valueText, tone }: MeterProps) {
  const percent = share === null ? null : Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': Math.round(percent) })}
      {...(valueText === undefined ? {} : { 'aria-valuetext': valueText })}
      className={cx(
        classes['track'],
        percent === null && classes['unknown'],
        tone && classes['plain'],
        tone && `tone-${tone}`,
      )}
    >
      <div className={classes['fill']} style={percent === null ? undefined : { width: `${percent}%` }} />
    </div>
  );
}
