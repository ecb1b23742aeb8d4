/** What a link shows of a report: page and data, as they are or redacted. */
import { Report } from '../../engine/report-schema.ts';
import { html } from '../../report/html.ts';
import { json } from '../../report/json.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '../../report/language/report-language.ts';
import { redact } from '../../report/redact.ts';
import { reportJson } from '../../report/report-json.ts';
import { type Seal, signOnce } from '../../report/signature/signature.ts';
import { reportText } from '../../report/signature/writing.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { RunStore } from '../ports/run-store.ts';
import { pageKey } from '../runs/keys.ts';
import { openJson } from '../runs/payload.ts';
import { isMissing } from '../runs/stored-page.ts';

export interface CopiesPorts {
  readonly store: Pick<RunStore, 'get'>;
  /** Rejects when the key can't be reached. */
  readonly seal: () => Promise<Seal>;
}

export interface Copies {
  /** As it is shown. */
  readonly report: Report;
  readonly html: string;
  /** The page in other languages; of a run before this version there are none. */
  readonly pages: readonly { readonly language: ReportLanguage; readonly text: string }[];
  readonly json: string;
}

/** Objects of the report that is copied. */
export interface ReportObjects {
  readonly json: string;
  readonly html: string;
}

/** As they are, or redacted, rendered and signed again. Rejects with `StoreFailed`. */
export async function copiesOf(
  { store, seal }: CopiesPorts,
  objects: ReportObjects,
  isRedacted: boolean,
): Promise<Copies> {
  const report = await openJson(objects.json, Report, store);
  const others = REPORT_LANGUAGES.filter((language) => language !== 'en');
  if (!isRedacted) {
    const english = objects.html;
    const pages = await Promise.all(
      others.map(async (language) => ({ language, text: await found(store, pageKey(english, language)) })),
    );
    return {
      report,
      html: await store.get(english),
      pages: pages.flatMap(({ language, text }) => (text === undefined ? [] : [{ language, text }])),
      json: reportText(reportJson(report)),
    };
  }
  // The fleet writes a report for each target, so there are no others in it.
  const clean = redact(report);
  const own = signOnce(await seal());
  const page = await writeWhole(html, tailOf(clean), clean.endpoints, { seal: own });
  const data = await writeWhole(json, tailOf(clean), clean.endpoints, { seal: own });
  const pages: Copies['pages'][number][] = [];
  for (const language of others)
    pages.push({
      language,
      text: await writeWhole(html, tailOf(clean), clean.endpoints, { seal: own, language }),
    });
  return { report: clean, html: page, pages, json: data };
}

async function found(store: CopiesPorts['store'], key: string): Promise<string | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
