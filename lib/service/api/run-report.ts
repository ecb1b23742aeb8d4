/** The report of one target of a run, in the form that is asked for. */
import { Report } from '../../engine/report-schema.ts';
import { quote } from '../../input/request/quote.ts';
import { junit } from '../../report/junit.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { ReportFormatId } from '../contracts/runs.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { isFailure } from '../runs/failure.ts';
import { reportKey } from '../runs/keys.ts';
import { openJson } from '../runs/payload.ts';
import { readRun } from '../state/runs.ts';
import { type Answer, refused } from './handler.ts';

export interface RunReportPorts {
  readonly items: Pick<ItemStore, 'get'>;
  readonly store: Pick<RunStore, 'get'>;
}

export async function reportAnswer(
  ports: RunReportPorts,
  runId: string,
  { target, format }: { readonly target?: string | undefined; readonly format: ReportFormatId },
): Promise<Answer<string>> {
  const run = await readRun(ports.items, runId);
  if (run === undefined) return refused('not-found', `there is no run ${quote(runId)}`, 'path.runId');
  const { targets } = run;
  if (target === undefined && targets.length > 1)
    return refused(
      'bad-request',
      `the run has ${targets.length} targets: say which one, as target=${encodeURIComponent(targets[0] ?? '')}`,
      'query.target',
    );
  const index = target === undefined ? 0 : targets.indexOf(target);
  if (index < 0) return refused('not-found', `the run has no target ${quote(target ?? '')}`, 'query.target');
  try {
    return await documentOf(ports.store, runId, index, format);
  } catch (error) {
    // S3 says "no such key", or hides it from who may not list: either way there is no report to give.
    if (isFailure(error, 'StoreFailed') && /NoSuchKey|AccessDenied/.test(error.message))
      return refused('not-found', `the run ${quote(runId)} has made no report yet`, 'path.runId');
    throw error;
  }
}

async function documentOf(
  store: RunReportPorts['store'],
  runId: string,
  index: number,
  format: ReportFormatId,
): Promise<Answer<string>> {
  const stored = async (extension: string, mediaType: string): Promise<Answer<string>> => ({
    ok: true,
    value: await store.get(reportKey(runId, index, extension)),
    mediaType,
  });
  switch (format) {
    case 'json':
      return stored('json', 'application/json');
    case 'html':
      return stored('html', 'text/html');
    case 'markdown':
      return stored('md', 'text/markdown');
    case 'junit': {
      const report = await openJson(reportKey(runId, index, 'json'), Report, store);
      const value = await writeWhole(junit, tailOf(report), report.endpoints);
      return { ok: true, value, mediaType: 'application/xml' };
    }
    default:
      format satisfies never;
      return refused('bad-request', 'there is no such format', 'query.format');
  }
}
