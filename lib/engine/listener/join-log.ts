/** A log of a listener joined to a report, or by name why it can't be. Pure. */
import type { ListenerCode } from '../../kinds/listener/code.ts';
import type { HostText } from '../../kinds/listener/host-text/host-packet.ts';
import type { ListenerLog } from '../../kinds/listener/listener-log.ts';
import { utc } from '../../model/units.ts';
import type { ReportListener } from '../report-listener.ts';
import type { Report } from '../report-schema.ts';
import { withTable } from './host-text-decide.ts';
import { type JoinedInputs, listenerPart } from './join.ts';

export type LogJoining =
  | { readonly ok: true; readonly part: ReportListener }
  /** `other-ports`: the report has no connection to a port of the log. `other-time`: the listener did not run then. */
  | { readonly ok: false; readonly reason: 'other-ports' | 'other-time'; readonly message: string };

/** No clocks that people use for this are so far apart. */
const OTHER_TIME_MS = 3_600_000;

export interface LogJoiningOptions {
  /** Of the log, for the message: `it`, or a file. */
  readonly name?: string;
  readonly table?: HostText['sockets'];
  /** Of the listener: marked SYNs are known by it. */
  readonly code?: ListenerCode;
}

export function joinLog(
  report: Report,
  { start, arrivals, packets, end }: ListenerLog,
  inputs: JoinedInputs,
  { name = 'it', table, code }: LogJoiningOptions = {},
): LogJoining {
  const [from, until] = [Date.parse(start.startedAt), Date.parse(end.at)];
  const ports = withTable(start.ports, table);
  const view = { from, until, addresses: start.addresses, ports, arrivals, packets };
  const part = listenerPart(report, view, inputs, code);
  if (part === undefined)
    return {
      ok: false,
      reason: 'other-ports',
      message: `the report has no connection to a port of ${name === 'it' ? 'the log' : name} (${start.ports.map(({ port }) => port).join(', ')})`,
    };
  const apart = Math.max(from - Date.parse(report.finishedAt), Date.parse(report.startedAt) - until);
  if (part.clockOffsetMs === undefined && apart > OTHER_TIME_MS)
    return {
      ok: false,
      reason: 'other-time',
      message: `${name} is of another time: the listener ran from ${utc(start.startedAt)} to ${utc(end.at)}, and the check from ${utc(report.startedAt)} to ${utc(report.finishedAt)}`,
    };
  return { ok: true, part };
}

/** The report with these parts; a log that was joined before is not there twice. */
export function withParts(report: Report, parts: readonly ReportListener[]): Report {
  const digests = new Set(parts.map(({ log }) => log.sha256));
  const earlier = (report.listeners ?? []).filter(({ log }) => !digests.has(log.sha256));
  return { ...report, listeners: [...earlier, ...parts] };
}
