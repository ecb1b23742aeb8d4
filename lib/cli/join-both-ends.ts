/** What `join` does with its options; loaded when it is called. */
import type { KnownSockets } from '../engine/listener/host-text-decide.ts';
import type { ReportListener } from '../engine/report-listener.ts';
import type { HostText } from '../kinds/listener/host-text/host-packet.ts';
import { inputError, parsed } from '../model/input-error.ts';
import type { JoinRunOptions } from './cloud/join-run.ts';
import {
  type InputRead,
  type OtherEnd,
  type ReadLogFile,
  type RefusedInput,
  type ReportFile,
  readEvidence,
  readReportFile,
  refusal,
} from './join-inputs.ts';
import { EXIT } from './terminal/exit-status.ts';
import { message, refuse } from './terminal/message.ts';

export interface JoinBothEndsOptions extends JoinRunOptions {
  readonly sign: boolean;
}

/** More than a machine has of these. */
const MAX_EVIDENCE = 8;

export async function join(
  reportPath: string,
  evidencePaths: readonly string[],
  options: JoinBothEndsOptions,
): Promise<number> {
  if ([reportPath, ...evidencePaths].filter((path) => path === '-').length > 1)
    return refuse(inputError('standard input ("-") can be the report or the log, and not both'));
  const [only, ...more] = evidencePaths;
  if (only !== undefined && (await isRun(reportPath))) {
    if (more.length > 0 || !options.sign)
      return refuse(inputError('to a run one log is joined at a time, and the new report is signed'));
    const { joinRun } = await import('./cloud/join-run.ts');
    return joinRun(reportPath, only, options);
  }
  const ofRun = (['target', 'api', 'region'] as const).find((name) => options[name] !== undefined);
  if (ofRun !== undefined)
    return refuse(inputError(`--${ofRun} goes with the id of a run, not with a report`));
  if (evidencePaths.length > MAX_EVIDENCE)
    return refuse(inputError(`join takes ${MAX_EVIDENCE} files beside the report at most`));
  const { planOutputs } = await import('./output/output-plan.ts');
  const outputs = await planOutputs(options.format ?? [], options.output ?? []);
  if (!outputs.ok) return refuse(outputs);
  const { resolve } = await import('node:path');
  const inputs = [reportPath, ...evidencePaths].map((path) => resolve(path));
  const { unrelatedFile, withCompanionJson } = await import('./output/companion-json.ts');
  const { quote } = await import('../input/request/quote.ts');
  const planned = await withCompanionJson(outputs.value);
  const over = planned.outputs.find(({ path }) => path !== undefined && inputs.includes(resolve(path)));
  const foreign = over?.path ?? (await unrelatedFile(planned.outputs));
  if (foreign !== undefined)
    return refuse(
      inputError(
        `--output ${quote(foreign)} is there and is what is joined, or no report of ours: it stays; name another file`,
      ),
    );
  const read = await readReportFile(reportPath);
  if (!read.ok) return refused(read);
  const { attemptedPorts } = await import('../engine/listener/join.ts');
  const evidence = await readEvidence(evidencePaths, attemptedPorts(read.value.report));
  if (!evidence.ok) return refused(evidence);
  const parts = await joined(read.value, evidence.value);
  if (!parts.ok) return refused(parts);
  for (const note of planned.notes) message(note);
  const { withParts } = await import('../engine/listener/join-log.ts');
  const { writeReport } = await import('./output/write-report.ts');
  return writeReport(withParts(read.value.report, parts.value), planned.outputs, options);
}

/** A file of that name is a file. */
async function isRun(text: string): Promise<boolean> {
  const { existsSync } = await import('node:fs');
  return /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(text) && !existsSync(text);
}

function refused(error: RefusedInput): number {
  const status = refuse(error);
  return error.refusal === true ? EXIT.failed : status;
}

async function joined(file: ReportFile, evidence: OtherEnd): Promise<InputRead<readonly ReportListener[]>> {
  const { quote } = await import('../input/request/quote.ts');
  const { hostTextPart } = await import('../engine/listener/join.ts');
  const { log, texts } = evidence;
  const table = texts.find(({ text }) => text.sockets !== undefined)?.text.sockets;
  const parts: ReportListener[] = [];
  if (log !== undefined) {
    const part = await joinedLog(file, log, table);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const known: KnownSockets = {
    ...(log !== undefined && { listener: listenerOf(log, parts[0]) }),
    ...(table !== undefined && { table }),
  };
  for (const { path, text, origin } of texts) {
    // A table of sockets says who has a port, and nothing of a packet.
    if (text.sockets !== undefined) continue;
    const part = hostTextPart(file.report, text, known, { report: file.origin, log: origin });
    if (part === undefined)
      return inputError(
        `${quote(path)} has no line with the source address and port of a connection in the report, so it decides nothing: of the right time and machine? Behind address translation the source is another one`,
      );
    parts.push(part);
  }
  return parts.length > 0
    ? parsed(parts)
    : inputError(
        'a table of sockets alone decides nothing: join a log of the listener, pktmon’s text or pfirewall.log as well',
      );
}

function listenerOf(
  { log: { start, end } }: ReadLogFile,
  part: ReportListener | undefined,
): NonNullable<KnownSockets['listener']> {
  const { ports, addresses, startedAt } = start;
  const offset = part?.clockOffsetMs;
  return {
    ports,
    addresses,
    from: Date.parse(startedAt),
    until: Date.parse(end.at),
    ...(offset !== undefined && { offset }),
  };
}

async function joinedLog(
  { report, origin }: ReportFile,
  { path, log, code, origin: logOrigin }: ReadLogFile,
  table: HostText['sockets'],
): Promise<InputRead<ReportListener>> {
  const { quote } = await import('../input/request/quote.ts');
  const { joinLog } = await import('../engine/listener/join-log.ts');
  const joining = joinLog(
    report,
    log,
    { report: origin, log: logOrigin },
    { name: quote(path), table, code },
  );
  if (joining.ok) return parsed(joining.part);
  return joining.reason === 'other-time' ? refusal(joining.message) : inputError(joining.message);
}
