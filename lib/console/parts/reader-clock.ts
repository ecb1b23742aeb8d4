/** How times are written: in the console's language, by the conventions and the clock (12 or 24 hours) of the reader's own settings. */

/**
 * The format for a language.
 *
 * @param language of the console, as `en`
 * @param preferred BCP 47 tags, as `navigator.languages` has them, best first: a tag of the same language says how dates are
 *   written in it; the first tag says which clock the reader has
 */
export function readerFormat(
  language: string,
  preferred: readonly string[],
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const own = preferred.find((tag) => tag.split('-', 1)[0]?.toLowerCase() === language);
  const hourCycle = clockOf(preferred[0] ?? language);
  try {
    return new Intl.DateTimeFormat(own ?? language, { ...options, ...(hourCycle && { hourCycle }) });
  } catch (error) {
    // A tag that is none, from a setting that somebody typed. What else is wrong is not of the tag.
    if (own === undefined) throw error;
    return new Intl.DateTimeFormat(language, options);
  }
}

function clockOf(tag: string): Intl.DateTimeFormatOptions['hourCycle'] {
  try {
    return new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions().hourCycle;
  } catch {
    return undefined;
  }
}

const made = new Map<string, Intl.DateTimeFormat>();

/** The same for the reader of this page. Made once for each: a list shows many times. */
export function formatFor(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const preferred = typeof navigator === 'undefined' ? [] : navigator.languages;
  const format = readerFormat(language, preferred, options);
  made.set(key, format);
  return format;
}

/** In the reader's zone. @param one, other epoch ms */
export const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();
