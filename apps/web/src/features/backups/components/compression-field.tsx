import type { ReactNode } from 'react';
import { COMPRESSIONS, type Compression } from '../../../lib/contract.js';
import { useText } from '../../../texts/use-text.js';
import { ChoiceField } from '../../../ui/choice-field.js';

/** How a backup is compressed, with what the choice means. */
export function CompressionField({
  value,
  onChange,
}: {
  readonly value: Compression;
  readonly onChange: (value: Compression) => void;
}): ReactNode {
  const { t } = useText();
  return (
    <ChoiceField
      label={t('create.compression')}
      value={value}
      choices={COMPRESSIONS.map(each => ({ value: each, label: t(`compression.${each}`) }))}
      onChange={onChange}
      hint={t(`compression.${value}Hint`)}
    />
  );
}
