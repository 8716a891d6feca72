import { NativeSelect } from '@mantine/core';
import { Languages } from 'lucide-react';
import type { Language } from '../../../texts/language.js';
import { LANGUAGE_NAMES, LANGUAGES, setLanguage } from '../../../texts/language.js';
import { useText } from '../../../texts/use-text.js';

/** Changes the language, for now and for later visits. */
export function LanguageSwitch() {
  const { t, language } = useText();
  return (
    <NativeSelect
      aria-label={t('shell.language')}
      size="sm"
      w={140}
      leftSection={<Languages size={16} aria-hidden />}
      data={LANGUAGES.map(each => ({ value: each, label: LANGUAGE_NAMES[each] }))}
      value={language}
      onChange={event => void setLanguage(event.currentTarget.value as Language)}
    />
  );
}
