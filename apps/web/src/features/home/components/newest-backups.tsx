import { Link } from 'react-router';
import type { NewestBackup } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import { useNow } from '../../../lib/use-now.js';
import { useText } from '../../../texts/use-text.js';
import { Panel } from '../../../ui/panel.js';
import { Pill } from '../../../ui/pill.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import { typeIcon } from '../../backups/type-icon.js';
import { typeTitle } from '../../jobs/job-words.js';
import { DUE_AFTER_MS } from '../assess-safety.js';
import classes from './newest-backups.module.css';

/** The last good backup of each type: its age, and whether it has been read back. */
export function NewestBackups({ newest }: { newest: readonly NewestBackup[] }) {
  const { t, format } = useText();
  const now = useNow();
  return (
    <Panel title={t('home.newest')} hint={<Link to={paths.history}>{t('home.allBackups')}</Link>}>
      <ul className={classes['types']}>
        {newest.map(({ backup_type: name, finished_at: at, verified_at, size_bytes }) => {
          const Icon = typeIcon(name);
          const old = at !== null && now.getTime() - new Date(at).getTime() > DUE_AFTER_MS;
          return (
            <li key={name} className={classes['type']}>
              <span className={classes['name']}>
                <Icon size={18} aria-hidden /> {typeTitle(t, name)}
              </span>
              <span className={classes['age']}>{at === null ? t('home.never') : <TimeAgo at={at} />}</span>
              <span className={classes['facts']}>
                {at === null ? t('home.neverHint') : size_bytes === null ? '' : format.bytes(size_bytes)}
              </span>
              <span className={classes['pills']}>
                {at !== null &&
                  (verified_at === null ? (
                    <Pill tone="idle" icon="clock">
                      {t('verified.no')}
                    </Pill>
                  ) : (
                    <Pill tone="ok" icon="check">
                      {t('verified.yes')}
                    </Pill>
                  ))}
                {old && (
                  <Pill tone="warn" icon="clock">
                    {t('home.due')}
                  </Pill>
                )}
                {at === null && (
                  <Pill tone="idle" icon="info">
                    {t('home.none')}
                  </Pill>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
