import type { ReportLanguage } from './report-language.ts';
import { englishWording, type Wording } from './wording.ts';

/** The German texts are loaded when the first page in German is made. */
export async function wordingIn(language: ReportLanguage): Promise<Wording> {
  switch (language) {
    case 'en':
      return englishWording;
    case 'de':
      return (await import('./german-wording.ts')).germanWording;
    default:
      return language satisfies never;
  }
}
