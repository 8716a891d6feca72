import { useSyncExternalStore } from 'react';
import { createFormat } from '../lib/format.js';
import type { Format } from '../lib/format.js';
import type { Language, LanguageState, Texts } from './language.js';
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
  return toolsOf(useSyncExternalStore(languageStore.subscribe, languageStore.get));
}

let made: { readonly of: LanguageState; readonly tools: TextTools } | undefined;

/** Made once for a language: a long table asks many hundred times, and formats take long to make. */
function toolsOf(state: LanguageState): TextTools {
  if (made?.of !== state) {
    const { language, locale, texts } = state;
    const t = createTranslate(texts, locale);
    made = { of: state, tools: { t, format: createFormat(locale, t('time.justNow')), language, locale } };
  }
  return made.tools;
}

export function createTranslate(texts: Texts, locale: string): Translate {
  return (key, ...[values]) => fillText(texts[key], values ?? {}, locale);
}
