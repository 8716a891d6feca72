/** A text with forms for numbers, by `Intl.PluralRules`; `{count}` decides. */
export interface PluralText {
  readonly one: string;
  readonly other: string;
}

export type Text = string | PluralText;

/** The names in braces in a text. */
type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type NamesOf<T extends Text> = T extends string
  ? Names<T>
  : T extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? Names<One> | Names<Other> | 'count'
    : never;

/** What has to be given with a text: nothing, or a value for each name in braces. */
export type Values<T extends Text> = [NamesOf<T>] extends [never]
  ? []
  : [values: { readonly [Name in NamesOf<T>]: Name extends 'count' ? number : string | number }];

/**
 * Puts values into a text. Numbers are written as the language does.
 *
 * @param values one for each name in braces; a name without a value stays as it stands, so that it is seen
 */
export function fillText(
  text: Text,
  values: Readonly<Record<string, string | number>>,
  locale: string,
): string {
  const form = typeof text === 'string' ? text : pluralForm(text, values['count'], locale);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function pluralForm(text: PluralText, count: string | number | undefined, locale: string): string {
  return new Intl.PluralRules(locale).select(Number(count ?? 0)) === 'one' ? text.one : text.other;
}
