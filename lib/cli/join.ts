import { Command } from 'commander';
import type { ReportListener } from '../engine/report-listener.ts';
import type { Report } from '../engine/report-schema.ts';
import type { ListenerLog } from '../kinds/listener/listener-log.ts';
import { type InputError, inputError, parsed } from '../model/input-error.ts';
import { addReportOptions } from './options/report-options.ts';
import type { Output } from './output/output-plan.ts';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { message, refuse } from './terminal/message.ts';

interface JoinOptions {
  readonly format?: readonly string[];
  readonly output?: readonly string[];
  readonly verbose?: boolean;
  readonly sign: boolean;
}

export function joinCommand(setStatus: SetStatus): Command {
  return addReportOptions(
    new Command('join')
      .description(
        'decide by a report and the log of a listener at the other end where the way between breaks',
      )
      .argument('<report>', 'of "check", as JSON or HTML')
      .argument('<log>', 'of "listen --log" or "listen --block" at the other end; "-": standard input'),
  )
    .option('--no-sign', 'don’t sign the new report')
    .addHelpText(
      'after',
      `
The new report holds what the old one does, and in a section of its own what both ends
know together: nothing arrived, the host's own firewall stopped it, nothing listens
there, the answers were lost on the way back, or the source was rewritten. It names the
SHA-256 of both files. A log from a machine on which "listen" may watch packets
(CAP_NET_RAW) decides more than one without. The code of the listener is taken from
INBOUND_CHECK_LISTENER_CODE, or asked for on a terminal.

  inbound-check join report.json listener.log --output joined.html
  inbound-check join report.json ticket.txt

A block that "listen --block" printed may stand in a ticket or a mail, quoted and wrapped:
the text around it is passed over.

Exit status: 0 joined, whatever was decided, 1 a file was altered, not finished, made with
another code, or is of another time, 64 wrong usage or input, 74 a report could not be
written.`,
    )
    .action(async (report: string, log: string, options: JoinOptions) =>
      setStatus(await join(report, log, options)),
    );
}

async function join(reportPath: string, logPath: string, options: JoinOptions): Promise<number> {
  if (reportPath === '-' && logPath === '-')
    return refuse(inputError('standard input ("-") can be the report or the log, and not both'));
  const { planOutputs } = await import('./output/output-plan.ts');
  const outputs = await planOutputs(options.format ?? [], options.output ?? []);
  if (!outputs.ok) return refuse(outputs);
  const { resolve } = await import('node:path');
  const inputs = [reportPath, logPath].map((path) => resolve(path));
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
  const log = await readLogFile(logPath);
  if (!log.ok) return refused(log);
  const part = await joined(read.value, log.value, [reportPath, logPath]);
  if (!part.ok) return refused(part);
  for (const note of planned.notes) message(note);
  return write(read.value.report, part.value, planned.outputs, options);
}

/** `refusal`: the input is ours, and not to be trusted or of no use here. */
type Refused = InputError & { readonly refusal?: true };
type InputRead<T> = { readonly ok: true; readonly value: T } | Refused;

const refusal = (text: string): Refused => ({ ...inputError(text), refusal: true });

function refused(error: Refused): number {
  const status = refuse(error);
  return error.refusal === true ? EXIT.failed : status;
}

interface ReportFile {
  readonly report: Report;
  readonly origin: ReportListener['report'];
}

/** A report that has a signature has to fit it. */
async function readReportFile(path: string): Promise<InputRead<ReportFile>> {
  const { readFileBytes } = await import('../input/request/read-text.ts');
  const { quote } = await import('../input/request/quote.ts');
  const bytes = await readFileBytes(path);
  if (!bytes.ok) return bytes;
  const { isUtf8 } = await import('node:buffer');
  if (!isUtf8(bytes.value)) return inputError(`${quote(path)}: not UTF-8 text`);
  const { parseReport } = await import('./read-report.ts');
  const report = await parseReport(quote(path), new TextDecoder().decode(bytes.value));
  if (!report.ok) return report;
  const { sha256 } = await import('../report/signature/canonical.ts');
  const origin = { sha256: sha256(bytes.value) };
  const { verifyReport } = await import('../report/signature/verify.ts');
  const check = verifyReport(bytes.value);
  if (check.outcome === 'intact')
    return parsed({ report: report.value, origin: { ...origin, keyId: check.signature.keyId } });
  if (check.outcome === 'altered' && !check.isUnsigned)
    return refusal(`${quote(path)}: the report was altered: ${check.faults[0] ?? ''}`);
  message(`${quote(path)} is not signed: whether it was altered is not known`);
  return parsed({ report: report.value, origin });
}

interface ReadLogFile {
  readonly log: ListenerLog;
  readonly origin: ReportListener['log'];
}

async function readLogFile(path: string): Promise<InputRead<ReadLogFile>> {
  const { MAX_LOG_BYTES, readListenerLog } = await import('../kinds/listener/listener-log.ts');
  const { holdsBlock, readListenerBlock } = await import('../kinds/listener/read-listener-block.ts');
  const { readFileBytes } = await import('../input/request/read-text.ts');
  const { quote } = await import('../input/request/quote.ts');
  const bytes = await readFileBytes(path, MAX_LOG_BYTES);
  if (!bytes.ok) return bytes;
  const { CODE_VARIABLE, givenListenerCode } = await import('./listener-code.ts');
  const given = await givenListenerCode(undefined);
  const code =
    given.ok && given.value === undefined && path !== '-' && process.stdin.isTTY
      ? await givenListenerCode('prompt')
      : given;
  if (!code.ok) return code;
  if (code.value === undefined)
    return inputError(`join needs the code of the listener: set ${CODE_VARIABLE}`);
  const text = new TextDecoder().decode(bytes.value);
  const read = (holdsBlock(text) ? readListenerBlock : readListenerLog)(text, code.value);
  if (!read.ok)
    return read.reason === 'no-log'
      ? inputError(`${quote(path)}: ${read.message}`)
      : refusal(`${quote(path)}: ${read.message}`);
  const { sha256 } = await import('../report/signature/canonical.ts');
  return parsed({ log: read.log, origin: { sha256: sha256(bytes.value), keyId: read.log.start.keyId } });
}

async function joined(
  { report, origin }: ReportFile,
  { log, origin: logOrigin }: ReadLogFile,
  [reportPath, logPath]: readonly [string, string],
): Promise<InputRead<ReportListener>> {
  const { quote } = await import('../input/request/quote.ts');
  const { listenerPart } = await import('../engine/listener/join.ts');
  const { utc } = await import('../model/units.ts');
  const { start, arrivals, packets, end } = log;
  const [from, until] = [Date.parse(start.startedAt), Date.parse(end.at)];
  const part = listenerPart(
    report,
    { from, until, addresses: start.addresses, ports: start.ports, arrivals, packets },
    { report: origin, log: logOrigin },
  );
  if (part === undefined)
    return inputError(
      `${quote(reportPath)} has no connection to a port of ${quote(logPath)} (${start.ports.map(({ port }) => port).join(', ')})`,
    );
  const apart = Math.max(from - Date.parse(report.finishedAt), Date.parse(report.startedAt) - until);
  if (part.clockOffsetMs === undefined && apart > OTHER_TIME_MS)
    return refusal(
      `${quote(logPath)} is of another time: the listener ran from ${utc(start.startedAt)} to ${utc(end.at)}, and the check from ${utc(report.startedAt)} to ${utc(report.finishedAt)}`,
    );
  return parsed(part);
}

/** No clocks that people use for this are so far apart. */
const OTHER_TIME_MS = 3_600_000;

async function write(
  report: Report,
  part: ReportListener,
  outputs: readonly Output[],
  options: JoinOptions,
): Promise<number> {
  const { openReports } = await import('./output/report-writer.ts');
  const { openSeal } = await import('./output/seal.ts');
  const { terminalOptions } = await import('./terminal/terminal-options.ts');
  const { headOf, tailOf } = await import('../report/whole.ts');
  const seal = options.sign ? await openSeal(outputs) : undefined;
  const reports = await openReports(outputs, {
    stdout: process.stdout,
    terminal: { ...terminalOptions(process.stdout, options.verbose ?? false), ...(seal && { seal }) },
    beforeStdout: () => undefined,
    onAllBroken: () => undefined,
  });
  if (!reports.ok) return refuse(reports);
  const { events, close } = reports.value;
  const earlier = (report.listeners ?? []).filter(({ log }) => log.sha256 !== part.log.sha256);
  const tail = tailOf({ ...report, listeners: [...earlier, part] });
  events.begin?.(headOf(tail));
  for (const endpoint of report.endpoints) await events.endpoint?.(endpoint);
  events.end?.(tail);
  const faults = await close();
  for (const fault of faults) message(fault);
  return faults.length > 0 ? EXIT.io : EXIT.ok;
}
