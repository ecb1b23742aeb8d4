/** The copies of a link, as they were signed. */
import type { ReportLanguage } from '../../report/language/report-language.ts';
import type { RunStore } from '../ports/run-store.ts';
import { pageIn } from '../runs/stored-page.ts';
import { DOCUMENT_HEADERS, headersOfPage, SAFE_HEADERS } from './headers.ts';
import type { LinkAnswer } from './link.ts';

/** Both reject with `StoreFailed`. @param key that of the English page */
export async function pageAnswer(
  store: Pick<RunStore, 'get'>,
  key: string,
  language: ReportLanguage,
): Promise<LinkAnswer> {
  const text = await pageIn(language, store, key);
  return { status: 200, headers: headersOfPage(text), text };
}

/** The canonical JSON that the page holds, signed. */
export async function dataAnswer(
  store: Pick<RunStore, 'get'>,
  key: string,
  name: string,
): Promise<LinkAnswer> {
  return {
    status: 200,
    headers: {
      ...SAFE_HEADERS,
      ...DOCUMENT_HEADERS,
      'content-type': 'application/json',
      'content-disposition': `inline; filename="report-${name}.json"`,
    },
    text: await store.get(key),
  };
}
