import { Check } from 'lucide-react';
import classes from './steps.module.css';

/** Where one is on a way of several steps. @param current from 0 */
export function Steps({
  label,
  steps,
  current,
}: {
  label: string;
  steps: readonly string[];
  current: number;
}) {
  return (
    <ol className={classes['steps']} aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={classes['step']}
          data-done={index < current || undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <span className={classes['number']} aria-hidden>
            {index < current ? <Check size={15} strokeWidth={3} /> : index + 1}
          </span>
          <span>{step}</span>
        </li>
      ))}
    </ol>
  );
}
