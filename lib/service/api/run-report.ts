/** The report of one target of a run, in the form that is asked for. */
import { Report } from '../../engine/report-schema.ts';
import { quote } from '../../input/request/quote.ts';
import { junit } from '../../report/junit.ts';
import type { ReportLanguage } from '../../report/language/report-language.ts';
import { takenOut } from '../../report/taken-out.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { RedactionPreview, ReportFormatId } from '../contracts/runs.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { reportKey } from '../runs/keys.ts';
import { openJson } from '../runs/payload.ts';
import { isMissing, pageIn } from '../runs/stored-page.ts';
import { readJoined } from '../state/joined.ts';
import { type RunItem, readRun } from '../state/runs.ts';
import type { SharedReport } from '../state/shares.ts';
import { type Answer, answered, refused } from './handler.ts';

export interface RunReportPorts {
  readonly items: Pick<ItemStore, 'get'>;
  readonly store: Pick<RunStore, 'get'>;
}

export interface RunTarget {
  readonly run: RunItem;
  readonly name: string;
  /** Its place in the run. */
  readonly index: number;
}

/** @param at where the target is named in the request */
export async function runTarget(
  items: Pick<ItemStore, 'get'>,
  runId: string,
  target: string | undefined,
  at: string,
): Promise<Answer<RunTarget>> {
  const run = await readRun(items, runId);
  if (run === undefined) return refused('not-found', `there is no run ${quote(runId)}`, 'path.runId');
  const { targets } = run;
  if (target === undefined && targets.length > 1)
    return refused(
      'bad-request',
      `the run has ${targets.length} targets: say which one, as target=${encodeURIComponent(targets[0] ?? '')}`,
      at,
    );
  const index = target === undefined ? 0 : targets.indexOf(target);
  const name = targets[index];
  return name === undefined
    ? refused('not-found', `the run has no target ${quote(target ?? '')}`, at)
    : answered({ run, name, index });
}

interface WantedReport {
  readonly target?: string | undefined;
  readonly format: ReportFormatId;
  /** Of the page. */
  readonly language?: ReportLanguage | undefined;
}

export async function reportAnswer(
  ports: RunReportPorts,
  runId: string,
  { target, format, language }: WantedReport,
): Promise<Answer<string>> {
  const found = await runTarget(ports.items, runId, target, 'query.target');
  if (!found.ok) return found;
  const { index } = found.value;
  try {
    return await documentOf(ports.store, (extension) => reportKey(runId, index, extension), format, language);
  } catch (error) {
    if (isMissing(error)) return noReport(runId);
    throw error;
  }
}

/** Entries of one answer. */
const MOST_TAKEN_OUT = 100;

export async function redactionAnswer(
  ports: RunReportPorts,
  runId: string,
  { target, report }: { readonly target?: string | undefined; readonly report: SharedReport },
): Promise<Answer<RedactionPreview>> {
  const found = await runTarget(ports.items, runId, target, 'query.target');
  if (!found.ok) return found;
  const { name, index } = found.value;
  const key =
    report === 'run'
      ? reportKey(runId, index, 'json')
      : (await readJoined(ports.items, runId, index))?.keys.json;
  if (key === undefined) return nothingJoined(name);
  try {
    const all = takenOut(await openJson(key, Report, ports.store));
    return answered({
      takenOut: all.slice(0, MOST_TAKEN_OUT),
      more: Math.max(0, all.length - MOST_TAKEN_OUT),
    });
  } catch (error) {
    if (isMissing(error)) return noReport(runId);
    throw error;
  }
}

/** The report as it was joined last. */
export async function joinedReportAnswer(
  ports: RunReportPorts,
  runId: string,
  { target, format, language }: WantedReport,
): Promise<Answer<string>> {
  const found = await runTarget(ports.items, runId, target, 'query.target');
  if (!found.ok) return found;
  const joined = await readJoined(ports.items, runId, found.value.index);
  return joined === undefined
    ? nothingJoined(found.value.name)
    : documentOf(ports.store, (extension) => joined.keys[extension], format, language);
}

const nothingJoined = (target: string) =>
  refused('not-found', `nothing was joined to the report of ${quote(target)} yet`, 'path.runId');

export const noReport = (runId: string) =>
  refused('not-found', `the run ${quote(runId)} has made no report yet`, 'path.runId');

async function documentOf(
  store: RunReportPorts['store'],
  keyOf: (extension: 'json' | 'html' | 'md') => string,
  format: ReportFormatId,
  language: ReportLanguage = 'en',
): Promise<Answer<string>> {
  const stored = async (extension: 'json' | 'html' | 'md', mediaType: string): Promise<Answer<string>> => ({
    ok: true,
    value: await store.get(keyOf(extension)),
    mediaType,
  });
  switch (format) {
    case 'json':
      return stored('json', 'application/json');
    case 'html':
      return { ok: true, value: await pageIn(language, store, keyOf('html')), mediaType: 'text/html' };
    case 'markdown':
      return stored('md', 'text/markdown');
    case 'junit': {
      const report = await openJson(keyOf('json'), Report, store);
      const value = await writeWhole(junit, tailOf(report), report.endpoints);
      return { ok: true, value, mediaType: 'application/xml' };
    }
    default:
      format satisfies never;
      return refused('bad-request', 'there is no such format', 'query.format');
  }
}
