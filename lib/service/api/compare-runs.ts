/** Two runs of a target side by side. */
import { diffReports } from '../../engine/compare/report-diff.ts';
import { Report } from '../../engine/report-schema.ts';
import { quote } from '../../input/request/quote.ts';
import type { ComparedRuns } from '../contracts/history.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { openJson } from '../runs/payload.ts';
import { isMissing } from '../runs/stored-page.ts';
import { listTargetRuns, type TargetRun } from '../state/target-runs.ts';
import { type Answer, answered, refused } from './handler.ts';
import { noReport } from './run-report.ts';

export interface ComparePorts {
  readonly items: Pick<ItemStore, 'query'>;
  readonly store: Pick<RunStore, 'get'>;
}

/** Runs among which the two are looked for. */
const LOOKED_AT = 100;

/** Without names: the last run and the one before it. */
export async function compareRuns(
  { items, store }: ComparePorts,
  target: string,
  asked: { readonly before?: string | undefined; readonly after?: string | undefined },
): Promise<Answer<ComparedRuns>> {
  const runs = await listTargetRuns(items, target, LOOKED_AT);
  const afterAt = asked.after === undefined ? 0 : runs.findIndex(({ runId }) => runId === asked.after);
  const after = runs[afterAt];
  if (after === undefined) return noRunOf(target, asked.after, 'query.after');
  const before =
    asked.before === undefined ? runs[afterAt + 1] : runs.find(({ runId }) => runId === asked.before);
  if (before === undefined) return noRunOf(target, asked.before, 'query.before');
  const [was, is] = await Promise.all([reportOf(store, before), reportOf(store, after)]);
  if (was === undefined) return noReport(before.runId);
  if (is === undefined) return noReport(after.runId);
  return answered({ before: lineOf(before), after: lineOf(after), differences: diffReports(was, is) });
}

const noRunOf = (target: string, runId: string | undefined, at: string) =>
  refused(
    'not-found',
    runId === undefined
      ? `no two runs of ${quote(target)} are kept yet: check it again`
      : `${quote(runId)} is none of the last ${LOOKED_AT} runs of ${quote(target)}`,
    at,
  );

const lineOf = ({ runId, startedAt, verdict, summary }: TargetRun): ComparedRuns['before'] => ({
  runId,
  startedAt,
  verdict,
  summary,
});

/** Undefined: it is kept no longer. */
async function reportOf(store: ComparePorts['store'], { keys }: TargetRun): Promise<Report | undefined> {
  if (keys.json === undefined) return undefined;
  try {
    return await openJson(keys.json, Report, store);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
