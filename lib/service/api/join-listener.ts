/** Joins a listener's log to the report of a finished run: a report of its own, beside the original. */
import { gunzipSync } from 'node:zlib';
import { joinLog, withParts } from '../../engine/listener/join-log.ts';
import { Report } from '../../engine/report-schema.ts';
import {
  type ListenerLog,
  type ListenerLogReading,
  MAX_LOG_BYTES,
  readListenerLog,
} from '../../kinds/listener/listener-log.ts';
import { holdsBlock, readListenerBlock } from '../../kinds/listener/read-listener-block.ts';
import { parseJson } from '../../model/parse-json.ts';
import { isoTime } from '../../net/clock.ts';
import { html } from '../../report/html.ts';
import { json } from '../../report/json.ts';
import { markdown } from '../../report/markdown.ts';
import type { ReportFormat } from '../../report/reporter.ts';
import { sha256 } from '../../report/signature/canonical.ts';
import { type Seal, signOnce } from '../../report/signature/signature.ts';
import { tailOf, writeWhole } from '../../report/whole.ts';
import type { ApiCaller } from '../contracts/contract.ts';
import type { JoinedRun, ListenerEvidence } from '../contracts/runs.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import { joinedKey, reportKey } from '../runs/keys.ts';
import { type JoinedReport, readJoined, writeJoined } from '../state/joined.ts';
import { expiryAfter } from '../state/ttl.ts';
import { type Answer, answered, refused } from './handler.ts';
import { isMissing, noReport, runTarget } from './run-report.ts';

export interface JoinPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly store: RunStore;
  /** Rejects when the key can't be reached. */
  readonly seal: () => Promise<Seal>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly retentionDays: number;
}

/** Logs of one report: listeners on several machines, or started again. */
const MAX_LOGS = 8;

export async function joinListener(
  ports: JoinPorts,
  runId: string,
  { target, keys, ...sent }: ListenerEvidence,
  { principal }: ApiCaller,
): Promise<Answer<JoinedRun>> {
  const bytes = bytesOf(sent);
  if (bytes === undefined)
    return refused('too-large', `the log is no gzip, or larger than ${MAX_LOG_BYTES} bytes`, 'body.logGzip');
  const read = readEither(new TextDecoder().decode(bytes), keys);
  if (!read.ok) return notJoined(read.reason, read.message);
  const found = await runTarget(ports.items, runId, target, 'body.target');
  if (!found.ok) return found;
  const { run, name, index } = found.value;
  if (run.finishedAt === undefined)
    return refused(
      'conflict',
      `the run ${runId} has not finished yet: join the log afterwards`,
      'path.runId',
    );
  const text = await originalOf(ports, runId, index);
  if (text === undefined) return noReport(runId);
  const original = Report.parse(parseJson(text));
  const { signature } = original;
  const origin = { sha256: sha256(text), ...(signature !== undefined && { keyId: signature.keyId }) };
  const log = { sha256: sha256(bytes), keyId: keys.keyId };
  const joining = joinLog(original, read.log, { report: origin, log });
  if (!joining.ok) return notJoined(joining.reason, joining.message);
  const before = await readJoined(ports.items, runId, index);
  const base =
    before === undefined ? original : Report.parse(parseJson(await ports.store.get(before.keys.json)));
  const report = withParts(base, [joining.part]);
  const logs = report.listeners?.length ?? 0;
  if (logs > MAX_LOGS)
    return refused('too-large', `${MAX_LOGS} logs are joined to this report: more are not taken`, 'body.log');
  const made: JoinedReport = {
    keys: await write(ports, report, runId, index),
    version: (before?.version ?? 0) + 1,
    joinedAt: isoTime(ports.now()),
    joinedBy: principal,
    ttl: expiryAfter(ports.retentionDays, run.startedAt),
  };
  if (!(await writeJoined(ports.items, runId, index, made, before)))
    return refused('conflict', 'another log was joined at the same moment: send this one again', 'body.log');
  const decided = joining.part.decided.map(
    ({ fix: _, tiedBy: __, arrived: ___, packets: ____, ...one }) => one,
  );
  return answered({ runId, target: name, log, logs, decided });
}

/** By the name of the reason, which stands first, so that a program can tell them apart. */
const notJoined = (
  reason: Extract<ListenerLogReading, { ok: false }>['reason'] | 'other-ports' | 'other-time',
  message: string,
) => refused('bad-request', `${reason}: ${message}`, 'body.log');

/** The bytes that the sender has: their hash names the log. */
function bytesOf({ log, logGzip }: Pick<ListenerEvidence, 'log' | 'logGzip'>): Buffer | undefined {
  if (logGzip === undefined) return Buffer.from(log ?? '');
  try {
    return gunzipSync(Buffer.from(logGzip, 'base64'), { maxOutputLength: MAX_LOG_BYTES });
  } catch {
    return undefined;
  }
}

function readEither(
  text: string,
  keys: ListenerEvidence['keys'],
): { readonly ok: true; readonly log: ListenerLog } | Extract<ListenerLogReading, { ok: false }> {
  return (holdsBlock(text) ? readListenerBlock : readListenerLog)(text, keys);
}

async function originalOf({ store }: JoinPorts, runId: string, index: number): Promise<string | undefined> {
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
  const textOf = (format: ReportFormat): Promise<string> =>
    writeWhole(format, tailOf(report), report.endpoints, { seal: own });
  const page = await textOf(html);
  const data = await textOf(json);
  const put = async (extension: 'json' | 'html' | 'md', text: string, format: ReportFormat) => {
    const key = joinedKey(runId, index, sha256(data), extension);
    await store.put(key, text, format.mediaType);
    return key;
  };
  return {
    html: await put('html', page, html),
    json: await put('json', data, json),
    md: await put('md', await textOf(markdown), markdown),
  };
}
