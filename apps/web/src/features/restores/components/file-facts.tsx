import type { Analysis } from '@satchel/api-client';
import type { Origin } from '../../../lib/contract.js';
import type { TextKey } from '../../../texts/en.js';
import { useText } from '../../../texts/use-text.js';
import { Facts } from '../../../ui/facts.js';
import { Notice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/panel.js';
import { TimeAgo } from '../../../ui/time-ago.js';
import type { Tone } from '../../../ui/tone.js';
import { typeTitle } from '../../jobs/job-words.js';

type OriginKey = Extract<TextKey, `origin.${string}`>;

const ORIGINS: Readonly<Record<Origin, { tone: Tone; title: OriginKey; text: OriginKey }>> = {
  ours: { tone: 'ok', title: 'origin.ours', text: 'origin.oursText' },
  relaid: { tone: 'ok', title: 'origin.relaid', text: 'origin.relaidText' },
  altered: { tone: 'bad', title: 'origin.altered', text: 'origin.alteredText' },
  foreign: { tone: 'warn', title: 'origin.foreign', text: 'origin.foreignText' },
};

/** Where a file is from, whether it has been changed since, and what it holds. */
export function FileFacts({ analysis, name }: { analysis: Analysis; name: string }) {
  const { t, format } = useText();
  const { backup, contents, origin } = analysis;
  const { tone, title, text } = ORIGINS[origin];
  const tables = contents.filter(({ rows }) => rows > 0).length;
  return (
    <Panel title={name}>
      <div style={{ display: 'grid', gap: 18 }}>
        <Notice tone={tone} title={t(title)}>
          {t(text)}
        </Notice>
        <Facts
          items={[
            [t('field.made'), backup === null ? null : <TimeAgo key="made" at={backup.created_at} />],
            [t('field.by'), backup?.created_by],
            [t('field.type'), backup === null ? null : typeTitle(t, backup.backup_type)],
            [t('field.name'), backup?.backup_name],
            [t('field.contents'), t('restore.contents', { count: analysis.rows, tables })],
            [t('field.size'), format.bytes(analysis.size_bytes)],
            [t('field.source'), backup === null ? null : `${backup.database} · ${backup.server}`],
            [t('field.format'), t(analysis.format === 'legacy' ? 'format.legacy' : 'format.satchel')],
          ]}
        />
        {analysis.warnings.length > 0 && (
          <Notice tone="warn" title={t('restore.warnings')}>
            {analysis.warnings.map((warning, index) => (
              <div key={index}>{warning}</div>
            ))}
          </Notice>
        )}
      </div>
    </Panel>
  );
}
