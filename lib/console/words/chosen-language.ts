/** The reader's language: what they chose here before, else what the browser prefers. English is always there. */
import { en } from './en.ts';
import { LANGUAGES, type Language, type Speech, speechOf } from './words.ts';

const KEPT = 'inbound-check.language';

export function chosenLanguage(): Language {
  const kept = read();
  if (kept !== undefined) return kept;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage);
  return preferred ?? 'en';
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

export async function speechIn(language: Language): Promise<Speech> {
  switch (language) {
    case 'en':
      return speechOf('en', en);
    case 'de':
      return speechOf('de', (await import('./de.ts')).de);
    default:
      return language satisfies never;
  }
}

const isLanguage = (text: string): text is Language => text in LANGUAGES;

function read(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEPT) ?? '';
    return isLanguage(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}
