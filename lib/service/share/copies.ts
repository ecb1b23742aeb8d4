/** What a link shows of a report: page and data, as they are or redacted. */
import { Report } from '../../engine/report-schema.ts';
import { html } from '../../report/html.ts';
import { json } from '../../report/json.ts';
import { redact } from '../../report/redact.ts';
import { reportJson } from '../../report/report-json.ts';
import { type Seal, signOnce } from '../../report/signature/signature.ts';
import { reportText } from '../../report/signature/writing.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { RunStore } from '../ports/run-store.ts';
import { reportKey } from '../runs/keys.ts';
import { openJson } from '../runs/payload.ts';

export interface CopiesPorts {
  readonly store: Pick<RunStore, 'get'>;
  /** Rejects when the key can't be reached. */
  readonly seal: () => Promise<Seal>;
}

export interface Copies {
  /** As it is shown. */
  readonly report: Report;
  readonly html: string;
  readonly json: string;
}

/**
 * Those of the run as they are, or redacted, rendered and signed again. Rejects with `StoreFailed`.
 *
 * @param index place of the target in the run
 */
export async function copiesOf(
  { store, seal }: CopiesPorts,
  runId: string,
  index: number,
  isRedacted: boolean,
): Promise<Copies> {
  const report = await openJson(reportKey(runId, index, 'json'), Report, store);
  if (!isRedacted)
    return {
      report,
      html: await store.get(reportKey(runId, index, 'html')),
      json: reportText(reportJson(report)),
    };
  // The fleet writes a report for each target, so there are no others in it.
  const clean = redact(report);
  const own = signOnce(await seal());
  const page = await writeWhole(html, tailOf(clean), clean.endpoints, { seal: own });
  const data = await writeWhole(json, tailOf(clean), clean.endpoints, { seal: own });
  return { report: clean, html: page, json: data };
}
