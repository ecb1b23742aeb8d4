/** Pages of reports as they were written, in the language that is asked for. */
import type { ReportLanguage } from '../../report/language/report-language.ts';
import type { RunStore } from '../ports/run-store.ts';
import { isFailure } from './failure.ts';
import { pageKey } from './keys.ts';

/**
 * The page in that language, or in English where no other was made: of a run before this version. Rejects with `StoreFailed`.
 *
 * @param english key of the English page
 */
export async function pageIn(
  language: ReportLanguage,
  store: Pick<RunStore, 'get'>,
  english: string,
): Promise<string> {
  if (language === 'en') return store.get(english);
  try {
    return await store.get(pageKey(english, language));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return store.get(english);
  }
}

/** S3 says "no such key", or hides it from who may not list: either way there is no report to give. */
export const isMissing = (error: unknown): boolean =>
  isFailure(error, 'StoreFailed') && /NoSuchKey|AccessDenied/.test(error.message);
