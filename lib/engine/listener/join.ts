/** A report with what a listener's log decides about it. Pure. */
import { causes } from '../../kinds/causes.ts';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import type { HostText } from '../../kinds/listener/host-text/host-packet.ts';
import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import type { Decided, ReportListener } from '../report-listener.ts';
import type { Report } from '../report-schema.ts';
import { addressee } from '../verdict/fix.ts';
import { attemptsOf } from './attempts.ts';
import { joinEvidence, type PathCause, type PortDecision } from './decide.ts';
import type { ListenerView } from './evidence.ts';
import { decideByText, type HostTextDecision, type KnownSockets } from './host-text-decide.ts';
import { hostTextSentence } from './host-text-words.ts';
import { decisionSentence } from './words.ts';

export interface JoinedInputs {
  readonly report: ReportListener['report'];
  readonly log: ReportListener['log'];
}

/** Ports of the report that a listener could have had: those that a text is read for. */
export const attemptedPorts = (report: Report): ReadonlySet<number> =>
  new Set(attemptsOf(report).map(({ port }) => port));

/** `undefined`: no line is of a connection of the report. */
export function hostTextPart(
  report: Report,
  text: HostText,
  known: KnownSockets,
  inputs: JoinedInputs,
): ReportListener | undefined {
  const decisions = decideByText(attemptsOf(report), text, known);
  if (decisions.every(({ found }) => found === 'not-in-text')) return undefined;
  return { ...inputs, watched: [], decided: decisions.map((one) => decidedByText(one, text)) };
}

function decidedByText(decision: HostTextDecision, { format }: Pick<HostText, 'format'>): Decided {
  const { endpoint, host, address, port, found, arrived, counts } = decision;
  return {
    endpoint,
    address,
    port,
    ...causePart(found, host, address, port),
    found,
    summary: hostTextSentence(decision, format),
    ...(arrived !== undefined && { tiedBy: 'source-and-port', arrived }),
    packets: { ...counts },
  };
}

/** `undefined`: the report has no attempt to a port of the log. */
export function listenerPart(
  report: Report,
  view: ListenerView,
  inputs: JoinedInputs,
  code?: ListenerCode,
): ReportListener | undefined {
  const { decisions, offset, watched } = joinEvidence(attemptsOf(report, code), view);
  if (decisions.length === 0) return undefined;
  return {
    ...inputs,
    startedAt: new Date(view.from).toISOString(),
    endedAt: new Date(view.until).toISOString(),
    ...(offset !== undefined && { clockOffsetMs: offset }),
    watched: [...watched],
    decided: decisions.map((decision) => decided(decision, decisions, offset !== undefined)),
  };
}

function decided(decision: PortDecision, all: readonly PortDecision[], clocksTold: boolean): Decided {
  const { endpoint, host, address, port, found, tie, counts } = decision;
  const [remote] = tie?.remotes ?? [];
  return {
    endpoint,
    address,
    port,
    ...causePart(found, host, address, port),
    found,
    summary: `${decisionSentence(decision, clocksTold)}${otherFamily(decision, all)}`,
    ...(tie !== undefined && { tiedBy: tie.by }),
    ...(tie !== undefined && remote !== undefined && { arrived: { remote, local: tie.local } }),
    packets: { ...counts },
  };
}

const isCause = (found: string): found is PathCause => found.startsWith('path.');

function causePart(
  found: PortDecision['found'] | HostTextDecision['found'],
  host: string,
  address: string,
  port: number,
): Pick<Decided, 'cause' | 'side' | 'fix'> {
  if (!isCause(found)) return {};
  const { side } = CAUSE_DEFAULTS[found];
  return {
    cause: found,
    side,
    fix: `${addressee(side, 'listener', host)}, ${address} port ${port}/tcp: ${causes[found].next.replace(/\bPORT\b/g, String(port))}`,
  };
}

/** One family of a host works and the other does not. */
function otherFamily({ host, port, address, found }: PortDecision, all: readonly PortDecision[]): string {
  if (found !== 'path.never-arrived') return '';
  const six = address.includes(':');
  const works = all.some(
    (one) =>
      one.host === host &&
      one.port === port &&
      one.address.includes(':') !== six &&
      (one.found === 'arrived' || one.found === 'path.source-rewritten'),
  );
  return works ? ` Over IPv${six ? 4 : 6} the same port is reached: IPv${six ? 6 : 4} alone is stopped.` : '';
}
