import { memo } from 'react';
import type { JobState } from '../../../lib/contract.js';
import { useText } from '../../../texts/use-text.js';
import { Pill } from '../../../ui/pill.js';
import { stateWords } from '../job-words.js';

/** How a job stands. */
export const StatePill = memo(function StatePill({ state }: { state: JobState }) {
  const { t } = useText();
  const { label, tone, icon } = stateWords(t, state);
  return (
    <Pill tone={tone} icon={icon}>
      {label}
    </Pill>
  );
});
