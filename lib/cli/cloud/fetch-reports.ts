/** The reports of a run that has ended, as one. */
import { type RunStatus, runsContracts } from '../../api/contracts/runs.ts';
import { Report } from '../../model/report.ts';
import type { ApiClient } from '../../ports/api-client.ts';
import { mergeTargets } from '../../report/merge.ts';
import { EXIT } from '../exit-status.ts';
import { message } from '../message.ts';
import { failed } from './failed.ts';

export type Fetched =
  | { readonly ok: true; readonly report: Report }
  /** Already told; the exit status. */
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

function read(text: string): Report | undefined {
  try {
    return Report.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
