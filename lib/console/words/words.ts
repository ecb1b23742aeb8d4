import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en } from './en.ts';

export type LabelKey = keyof typeof en;
export type LabelTexts = Readonly<Record<LabelKey, string>>;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

export interface Speech {
  readonly language: Language;
  /** The label with its places filled in. */
  say(label: LabelKey, values?: Readonly<Record<string, string | number>>): string;
}

export const speechOf = (language: Language, words: LabelTexts): Speech => ({
  language,
  say: (label, values = {}) =>
    words[label].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place)),
});

export const SpeechContext = createContext<Speech>(speechOf('en', en));
export const useSpeech = (): Speech => useContext(SpeechContext);
