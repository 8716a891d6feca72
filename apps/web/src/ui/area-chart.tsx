import { useId, useState } from 'react';
import classes from './area-chart.module.css';

export interface ChartPoint {
  readonly label: string;
  readonly value: number;
}

interface AreaChartProps {
  /** The chart in a sentence, for who cannot see it. */
  readonly label: string;
  readonly points: readonly ChartPoint[];
  readonly formatValue: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 130;

/** Values over time. The pointer or the arrow keys show one. */
export function AreaChart({ label, points, formatValue }: AreaChartProps) {
  const gradient = useId();
  const [shown, setShown] = useState<number | null>(null);
  const top = Math.max(...points.map(({ value }) => value), 1) * 1.08;
  const last = points.length - 1;
  const x = (index: number) => (index / Math.max(1, last)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / top) * (HEIGHT - 6) - 1;
  const line = points
    .map(({ value }, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)},${y(value).toFixed(1)}`)
    .join('');
  const point = shown === null ? undefined : points[shown];
  return (
    <figure className={classes['chart']}>
      <div
        className={classes['plot']}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={shown ?? last}
        aria-valuetext={textOf(points[shown ?? last])}
        onPointerMove={event => {
          const box = event.currentTarget.getBoundingClientRect();
          const share = (event.clientX - box.left) / Math.max(1, box.width);
          setShown(Math.min(last, Math.max(0, Math.round(share * last))));
        }}
        onPointerLeave={() => setShown(null)}
        onBlur={() => setShown(null)}
        onKeyDown={event => {
          const step = STEPS[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setShown(
            Math.min(
              last,
              Math.max(0, step === 'first' ? 0 : step === 'last' ? last : (shown ?? last) + step),
            ),
          );
        }}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
          <defs>
            <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stopColor="var(--accent)" stopOpacity="0.34" />
              <stop offset="1" stopColor="var(--accent)" stopOpacity="0.02" />
            </linearGradient>
          </defs>
          {[0.25, 0.5, 0.75].map(share => (
            <line
              key={share}
              x1="0"
              x2={WIDTH}
              y1={HEIGHT * share}
              y2={HEIGHT * share}
              className={classes['grid']}
            />
          ))}
          <path d={`${line}L${WIDTH},${HEIGHT}L0,${HEIGHT}Z`} fill={`url(#${gradient})`} />
          <path d={line} className={classes['line']} />
          {shown !== null && (
            <line x1={x(shown)} x2={x(shown)} y1="0" y2={HEIGHT} className={classes['cursor']} />
          )}
        </svg>
        {point && shown !== null && (
          <span
            className={classes['bubble']}
            style={{ insetInlineStart: `${Math.min(84, Math.max(16, (shown / Math.max(1, last)) * 100))}%` }}
          >
            {point.label} · <strong>{formatValue(point.value)}</strong>
          </span>
        )}
      </div>
      <div className={classes['ends']} aria-hidden>
        <span>{points[0]?.label}</span>
        <span>{points[last]?.label}</span>
      </div>
    </figure>
  );

  function textOf(one: ChartPoint | undefined): string {
    return one === undefined ? '' : `${one.label}: ${formatValue(one.value)}`;
  }
}

const STEPS: Readonly<Record<string, number | 'first' | 'last'>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  Home: 'first',
  End: 'last',
};
