/**
 * A sentence as a key and its parameters, in addition to the English text: a page can be translated by the key, and the signed
 * text stays as it is.
 */

/** A number, a text of the target or of a peer, or sentences and phrases within the sentence. */
export type MessageParam = string | number | Message | readonly Message[];
export interface Message {
  /** As `tcp.refused`: the area and the name of the sentence. */
  readonly key: string;
  readonly params: Readonly<Record<string, MessageParam>>;
}

/** What separates the phrases of a list, by the form of its placeholder. */
const SEPARATORS: Readonly<Record<string, string>> = { ',': ', ', '+': '' };
const SEPARATOR = '; ';

/**
 * `{name}` is a parameter, `{^name}` one that begins with a capital, `{-name}` one without its full stop. The phrases of
 * a list follow each other after a semicolon, in `{,name}` after a comma, and in `{+name}` with nothing between them.
 */
const PLACE = /\{([\^+,-]?)([a-zA-Z0-9]+)\}/g;

/** Fills a pattern. `textOf` gives the text of a phrase within; `undefined` for one whose pattern is not known. */
export function fill(
  pattern: string,
  params: Message['params'],
  textOf: (message: Message) => string | undefined,
): string | undefined {
  let known = true;
  const text = (param: MessageParam | undefined, separator: string): string => {
    if (typeof param === 'string' || typeof param === 'number') return String(param);
    const phrases = param === undefined ? [] : 'key' in param ? [param] : param;
    const texts = phrases.map(textOf);
    if (param === undefined || texts.includes(undefined)) known = false;
    return texts.join(separator);
  };
  const filled = pattern.replace(PLACE, (_, form: string, name: string) => {
    const value = text(params[name], SEPARATORS[form] ?? SEPARATOR);
    if (form === '-') return value.replace(/\.$/, '');
    return form === '^' ? value.charAt(0).toUpperCase() + value.slice(1) : value;
  });
  return known ? filled : undefined;
}
