import type { MeasuredPromise } from '@satchel/api-client';
import { Link } from 'react-router';
import { paths } from '../../../lib/paths.js';
import { useText } from '../../../texts/use-text.js';
import { Panel } from '../../../ui/panel.js';
import { Pill } from '../../../ui/pill.js';
import { typeIcon } from '../../backups/type-icon.js';
import { typeTitle } from '../../jobs/job-words.js';
import { promiseText } from '../promise-text.js';
import classes from './promises.module.css';

/** What would be lost and how long a restore would take, of each type, as measured. */
export function Promises({ promises }: { promises: readonly MeasuredPromise[] }) {
  const tools = useText();
  const { t } = tools;
  // Empty while the catalog is out of reach; the answer above says so.
  if (promises.length === 0) return null;
  return (
    <Panel title={t('promise.title')} hint={<Link to={paths.drills}>{t('nav.drills')}</Link>}>
      <ul className={classes['promises']}>
        {promises.map(promise => {
          const Icon = typeIcon(promise.backup_type);
          return (
            <li key={promise.backup_type}>
              <span className={classes['name']}>
                <Icon size={18} aria-hidden /> {typeTitle(t, promise.backup_type)}
              </span>
              <span className={classes['text']}>{promiseText(tools, promise)}</span>
              {(promise.overdue || promise.drill_failed) && (
                <span className={classes['pills']}>
                  {promise.overdue && (
                    <Pill tone="bad" icon="clock">
                      {t('promise.overdue')}
                    </Pill>
                  )}
                  {promise.drill_failed && (
                    <Pill tone="bad" icon="alert">
                      {t('promise.drillFailed')}
                    </Pill>
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
