import type { Text } from './text.js';
import type { TextKey } from './en.js';
import { en } from './en.js';

export const LANGUAGES = ['en', 'hi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own words. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', hi: 'हिन्दी' };

export type Texts = Readonly<Record<TextKey, Text>>;

const KEPT_AS = 'satchel.language';

export interface LanguageState {
  readonly language: Language;
  /** For numbers and dates: the browser's own variant of the language where there is one. */
  readonly locale: string;
  readonly texts: Texts;
}

let state: LanguageState = { language: 'en', locale: localeOf('en'), texts: en };
const listeners = new Set<() => void>();

export const languageStore = {
  get: (): LanguageState => state,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Changes the language, for now and for later visits. Texts other than English are fetched when they are needed. */
export async function setLanguage(language: Language): Promise<void> {
  const texts = language === 'en' ? en : (await import('./hi.js')).hi;
  state = { language, locale: localeOf(language), texts };
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A browser that keeps nothing still shows the language now.
  }
  for (const listener of listeners) listener();
}

/** The language of the last visit, else the browser's first that there are texts for. */
export function preferredLanguage(): Language {
  const kept = safely(() => localStorage.getItem(KEPT_AS));
  const wished = [kept ?? '', ...navigator.languages].map(tag => tag.split('-')[0]);
  return LANGUAGES.find(language => language === wished.find(tag => isLanguage(tag))) ?? 'en';
}

function isLanguage(tag: string | undefined): tag is Language {
  return LANGUAGES.some(language => language === tag);
}

function localeOf(language: Language): string {
  const own = navigator.languages.find(tag => tag.split('-')[0] === language);
  return own ?? (language === 'hi' ? 'hi-IN' : 'en-GB');
}

function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
