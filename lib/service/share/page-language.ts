import { isReportLanguage, type ReportLanguage } from '../../report/language/report-language.ts';
import type { LinkRequest } from './link.ts';

/** Tags that are read; a browser sends a few. */
const MOST_TAGS = 20;

/**
 * The language of a page of a link: the one that is asked for by `?lang=de`, else the first of ours by the weights of
 * Accept-Language (RFC 9110 §12.5.4), else English.
 */
export function pageLanguage({
  query = '',
  languages = '',
}: Pick<LinkRequest, 'query' | 'languages'>): ReportLanguage {
  const asked = new URLSearchParams(query).get('lang') ?? '';
  if (isReportLanguage(asked)) return asked;
  const wanted = languages
    .split(',', MOST_TAGS)
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { language: tag.split('-', 1)[0] ?? '', weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ language, weight }) => weight > 0 && isReportLanguage(language));
  const most = Math.max(0, ...wanted.map(({ weight }) => weight));
  const first = wanted.find(({ weight }) => weight === most)?.language ?? 'en';
  return isReportLanguage(first) ? first : 'en';
}
