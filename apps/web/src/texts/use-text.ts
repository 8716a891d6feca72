import { useMemo, useSyncExternalStore } from 'react';
import { createFormat } from '../lib/format.js';
import type { Format } from '../lib/format.js';
import type { Texts, Language } from './language.js';
import { languageStore } from './language.js';
import type { en, TextKey } from './en.js';
import { fillText } from './text.js';
import type { Values } from './text.js';

/** Looks up a text by its key, with a value for each name in its braces. */
export type Translate = <Key extends TextKey>(key: Key, ...values: Values<(typeof en)[Key]>) => string;

export interface TextTools {
  readonly t: Translate;
  readonly format: Format;
  readonly language: Language;
  readonly locale: string;
}

/** Texts, numbers and dates in the language of the person; changing it draws anew whatever uses this. */
export function useText(): TextTools {
  const { language, locale, texts } = useSyncExternalStore(languageStore.subscribe, languageStore.get);
  return useMemo(
    () => ({
      t: createTranslate(texts, locale),
      format: createFormat(locale, createTranslate(texts, locale)('time.justNow')),
      language,
      locale,
    }),
    [texts, locale, language],
  );
}

export function createTranslate(texts: Texts, locale: string): Translate {
  return (key, ...[values]) => fillText(texts[key], values ?? {}, locale);
}
