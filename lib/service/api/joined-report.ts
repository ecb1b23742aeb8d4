/** The report of a run with what came later from the other end: kept and signed beside the original, which stays. */
import { Report } from '../../engine/report-schema.ts';
import { parseJson } from '../../model/parse-json.ts';
import { isoTime } from '../../net/clock.ts';
import { html } from '../../report/html.ts';
import { json } from '../../report/json.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '../../report/language/report-language.ts';
import { markdown } from '../../report/markdown.ts';
import type { ReportFormat } from '../../report/reporter.ts';
import { sha256 } from '../../report/signature/canonical.ts';
import { type Seal, signOnce } from '../../report/signature/signature.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { ApiCaller } from '../contracts/contract.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { joinedKey, pageKey, reportKey } from '../runs/keys.ts';
import { isMissing } from '../runs/stored-page.ts';
import { type JoinedReport, readJoined, writeJoined } from '../state/joined.ts';
import { expiryAfter } from '../state/ttl.ts';
import { type Answer, answered, refused } from './handler.ts';
import { noReport, runTarget } from './run-report.ts';

export interface JoinPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly store: RunStore;
  /** Rejects when the key can't be reached. */
  readonly seal: () => Promise<Seal>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly retentionDays: number;
}

export interface FinishedTarget {
  readonly runId: string;
  /** Of the target, and its place in the run. */
  readonly name: string;
  readonly index: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly original: Report;
  /** SHA-256 of the original as it is stored. */
  readonly digest: string;
  readonly before: JoinedReport | undefined;
  /** What was joined so far; the original where nothing was. */
  readonly base: Report;
}

/** @param what is to be joined, as in "the log" */
export async function finishedTarget(
  { items, store }: Pick<JoinPorts, 'items' | 'store'>,
  runId: string,
  target: string | undefined,
  what: string,
): Promise<Answer<FinishedTarget>> {
  const found = await runTarget(items, runId, target, 'body.target');
  if (!found.ok) return found;
  const { run, name, index } = found.value;
  if (run.finishedAt === undefined)
    return refused(
      'conflict',
      `the run ${runId} has not finished yet: join ${what} afterwards`,
      'path.runId',
    );
  const text = await originalOf({ store }, runId, index);
  if (text === undefined) return noReport(runId);
  const original = Report.parse(parseJson(text));
  const before = await readJoined(items, runId, index);
  const base = before === undefined ? original : Report.parse(parseJson(await store.get(before.keys.json)));
  const { startedAt } = run;
  return answered({ runId, name, index, startedAt, original, digest: sha256(text), before, base });
}

/** False: something else was joined since the target was read. */
export async function keepJoined(
  ports: JoinPorts,
  { runId, index, startedAt, before }: FinishedTarget,
  report: Report,
  { principal }: ApiCaller,
  words: JoinedReport['words'] = before?.words,
): Promise<boolean> {
  const made: JoinedReport = {
    keys: await write(ports, report, runId, index),
    version: (before?.version ?? 0) + 1,
    joinedAt: isoTime(ports.now()),
    joinedBy: principal,
    ...(words && { words }),
    ttl: expiryAfter(ports.retentionDays, startedAt),
  };
  return writeJoined(ports.items, runId, index, made, before);
}

async function originalOf(
  { store }: Pick<JoinPorts, 'store'>,
  runId: string,
  index: number,
): Promise<string | undefined> {
  try {
    return await store.get(reportKey(runId, index, 'json'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The objects before the item that leads to them. */
async function write(
  { store, seal }: JoinPorts,
  { signature: _, writing: __, ...report }: Report,
  runId: string,
  index: number,
): Promise<JoinedReport['keys']> {
  const own = signOnce(await seal());
  const textOf = (format: ReportFormat, language: ReportLanguage = 'en'): Promise<string> =>
    writeWhole(format, tailOf(report), report.endpoints, { seal: own, language });
  const page = await textOf(html);
  const data = await textOf(json);
  const put = async (extension: 'json' | 'html' | 'md', text: string, format: ReportFormat) => {
    const key = joinedKey(runId, index, sha256(data), extension);
    await store.put(key, text, format.mediaType);
    return key;
  };
  const keys = {
    html: await put('html', page, html),
    json: await put('json', data, json),
    md: await put('md', await textOf(markdown), markdown),
  };
  for (const language of REPORT_LANGUAGES.filter((one) => one !== 'en'))
    await store.put(pageKey(keys.html, language), await textOf(html, language), html.mediaType);
  return keys;
}
