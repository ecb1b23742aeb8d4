/** Joins a listener's log to the report of a finished run: a report of its own, beside the original. */
import { gunzipSync } from 'node:zlib';
import { joinLog, withParts } from '../../engine/listener/join-log.ts';
import {
  type ListenerLog,
  type ListenerLogReading,
  MAX_LOG_BYTES,
  readListenerLog,
} from '../../kinds/listener/listener-log.ts';
import { holdsBlock, readListenerBlock } from '../../kinds/listener/read-listener-block.ts';
import { sha256 } from '../../report/signature/canonical.ts';
import type { ApiCaller } from '../contracts/contract.ts';
import type { JoinedRun, ListenerEvidence } from '../contracts/runs.ts';
import { type Answer, answered, refused } from './handler.ts';
import { finishedTarget, type JoinPorts, keepJoined } from './joined-report.ts';

/** Logs of one report: listeners on several machines, or started again. */
const MAX_LOGS = 8;

export async function joinListener(
  ports: JoinPorts,
  runId: string,
  { target, keys, ...sent }: ListenerEvidence,
  caller: ApiCaller,
): Promise<Answer<JoinedRun>> {
  const bytes = bytesOf(sent);
  if (bytes === undefined)
    return refused('too-large', `the log is no gzip, or larger than ${MAX_LOG_BYTES} bytes`, 'body.logGzip');
  const read = readEither(new TextDecoder().decode(bytes), keys);
  if (!read.ok) return notJoined(read.reason, read.message);
  const found = await finishedTarget(ports, runId, target, 'the log');
  if (!found.ok) return found;
  const { name, original, digest, base } = found.value;
  const { signature } = original;
  const origin = { sha256: digest, ...(signature !== undefined && { keyId: signature.keyId }) };
  const log = { sha256: sha256(bytes), keyId: keys.keyId };
  const joining = joinLog(original, read.log, { report: origin, log });
  if (!joining.ok) return notJoined(joining.reason, joining.message);
  const report = withParts(base, [joining.part]);
  const logs = report.listeners?.length ?? 0;
  if (logs > MAX_LOGS)
    return refused('too-large', `${MAX_LOGS} logs are joined to this report: more are not taken`, 'body.log');
  if (!(await keepJoined(ports, found.value, report, caller)))
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
