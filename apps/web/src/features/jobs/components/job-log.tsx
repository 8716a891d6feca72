import type { Job } from '@satchel/api-client';
import { useText } from '../../../texts/use-text.js';
import { cx } from '../../../ui/cx.js';
import { jobLog } from '../job-log.js';
import classes from '../job.module.css';

/** What happened to a job, in the order it happened. */
export function JobLog({ job }: { job: Job }) {
  const tools = useText();
  return (
    <ol className={classes['log']}>
      {jobLog(tools, job).map((entry, index) => (
        <li key={index} className={cx(classes['entry'], `tone-${entry.tone}`)}>
          <span>{entry.text}</span>
          {entry.at !== null && (
            <small>
              <time dateTime={entry.at} title={tools.format.exact(entry.at)}>
                {tools.format.dateTime(entry.at)}
              </time>
            </small>
          )}
        </li>
      ))}
    </ol>
  );
}
