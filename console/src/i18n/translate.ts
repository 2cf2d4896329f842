/**
 * Messages in the person's language. A message is a text with `{name}` places, or one text per plural form (CLDR), of
 * which `{count}` chooses. Which names a message needs is known to the compiler.
 *
 * Own code and no library: what is needed is below, in fifty lines; the libraries bring run-time loaders and parsers of
 * 10 KiB and more, and lose the types.
 */

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Message = string | Plural;
export type Messages = Record<string, Message>;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<M> = M extends string ? NamesIn<M> : M extends { other: infer Text } ? "count" | NamesIn<Text> : never;
type Values<M> = [NamesOf<M>] extends [never] ? [] : [values: Record<NamesOf<M>, string | number>];

/** The same keys with texts of another language: a plural stays a plural. */
export type Translated<Source extends Messages> = {
  readonly [Key in keyof Source]: Source[Key] extends string ? string : Plural;
};

export interface Translator<Source extends Messages> {
  /** A message by key. */
  <Key extends keyof Source & string>(key: Key, ...values: Values<Source[Key]>): string;
  /** A message for a code of the API (`blocker` + `MISSING_APPROVAL`), or undefined for a code without words here. */
  code: (group: string, code: string) => string | undefined;
}

/** The translator over a catalogue; `locale` decides plural forms and how numbers in texts look. */
export function translatorOf<Source extends Messages>(
  catalogue: Translated<Source>,
  locale: string,
): Translator<Source> {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const messages: Messages = catalogue;

  function translate(key: string, values: Record<string, string | number> = {}): string {
    const message = messages[key];
    if (message === undefined) throw new Error(`no message ${key}`);
    return fill(typeof message === "string" ? message : pluralOf(message, Number(values.count)), values);
  }

  function pluralOf(message: Plural, count: number): string {
    return message[plurals.select(count)] ?? message.other;
  }

  function fill(text: string, values: Record<string, string | number>): string {
    return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name] ?? place;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  }

  const code = (group: string, of: string) => {
    const message = messages[`${group}.${of}`];
    return typeof message === "string" ? message : undefined;
  };
  return Object.assign(translate, { code });
}
