/** The reports of a run that has ended, as one. */

import { Report } from '../../engine/report-schema.ts';
import { parseJson } from '../../model/parse-json.ts';
import { mergeTargets } from '../../report/merge.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { type RunStatus, runsContracts } from '../../service/contracts/runs.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';
import { failed } from './failed.ts';

export type Fetched =
  | { readonly ok: true; readonly report: Report }
  /** The message is already printed; the exit status. */
  | { readonly ok: false; readonly status: number };

export async function fetchReports(client: ApiClient, { runId, targets }: RunStatus): Promise<Fetched> {
  const reports: Report[] = [];
  for (const target of targets) {
    const asking = await client(runsContracts.getReport, { params: { runId }, query: { target } });
    if (asking.status !== 'answered') return { ok: false, status: failed(asking) };
    const report = read(asking.value);
    if (report === undefined) {
      message(`the report of ${target} is not what this version of the command line knows`);
      return { ok: false, status: EXIT.unavailable };
    }
    reports.push(report);
  }
  const [first, ...others] = reports;
  if (first !== undefined) return { ok: true, report: mergeTargets([first, ...others]) };
  message(`the run ${runId} has no report`);
  return { ok: false, status: EXIT.unavailable };
}

const read = (text: string): Report | undefined => Report.safeParse(parseJson(text)).data;
