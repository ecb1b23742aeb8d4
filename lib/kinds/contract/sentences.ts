import { fill, type Message } from '../../model/message.ts';

/** A sentence in English, and the same as key and parameters. */
export interface Sentence {
  readonly text: string;
  readonly message: Message;
}

/** What a sentence may be filled with, including a sentence or phrase of the same or another area. */
type Filling = string | number | Sentence | readonly Sentence[];

/** The names of a pattern's placeholders: `'{a} and {^b}'` has `a` and `b`. */
type Places<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${'^' | '-' | '+' | ','}${infer Plain}` ? Plain : Name) | Places<Rest>
  : never;

type Patterns = Readonly<Record<string, string>>;

/** For each pattern a function that fills it; the compiler requires all of its placeholders, and allows no others. */
export type Sentences<P extends Patterns> = {
  readonly [Name in keyof P]: (filling: { readonly [Place in Places<P[Name]>]: Filling }) => Sentence;
};

/** The English patterns of an area; `sentences` makes the functions that fill them. */
export interface Catalogue<P extends Patterns> {
  readonly area: string;
  readonly patterns: P;
}

export const catalogue = <const P extends Patterns>(area: string, patterns: P): Catalogue<P> => ({
  area,
  patterns,
});

/** @returns for each name of the catalogue the function that makes its sentence, with the key `area.name` */
export function sentences<P extends Patterns>({ area, patterns }: Catalogue<P>): Sentences<P> {
  const made = Object.entries(patterns).map(([name, pattern]) => [
    name,
    (filling: Readonly<Record<string, Filling>>) => sentence(`${area}.${name}`, pattern, filling),
  ]);
  return Object.fromEntries(made) as Sentences<P>;
}

function sentence(key: string, pattern: string, filling: Readonly<Record<string, Filling>>): Sentence {
  const texts = new Map<Message, string>();
  const messageOf = ({ text, message }: Sentence): Message => {
    texts.set(message, text);
    return message;
  };
  const params = Object.fromEntries(
    Object.entries(filling).map(([name, value]) => [
      name,
      typeof value !== 'object' ? value : isOne(value) ? messageOf(value) : value.map(messageOf),
    ]),
  );
  const text = fill(pattern, params, (message) => texts.get(message)) ?? '';
  return { text, message: { key, params } };
}

const isOne = (value: Sentence | readonly Sentence[]): value is Sentence => 'message' in value;

/** The text of a fault or finding. */
interface SummaryText {
  readonly summary: string;
  readonly message?: Message | undefined;
}

/** The sentence that a fault or finding was made with; `undefined` for one that has no key. */
export const sentenceOf = ({ summary, message }: SummaryText): Sentence | undefined =>
  message && { text: summary, message };

/** The same, for use inside another sentence. */
export const within = (said: SummaryText): Filling => sentenceOf(said) ?? said.summary;

/** The patterns of a catalogue in another language: the same names; a test holds the placeholders against each other. */
export type Translation<C> = C extends Catalogue<infer P> ? { readonly [Name in keyof P]: string } : never;
