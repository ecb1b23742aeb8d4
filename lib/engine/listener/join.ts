/** A report with what a listener's log decides about it. Pure. */
import { causes } from '../../kinds/causes.ts';
import { CAUSE_DEFAULTS } from '../../model/cause-codes.ts';
import type { Decided, ReportListener } from '../report-listener.ts';
import type { Report } from '../report-schema.ts';
import { addressee } from '../verdict/fix.ts';
import { attemptsOf } from './attempts.ts';
import { joinEvidence, type PathCause, type PortDecision } from './decide.ts';
import type { ListenerView } from './evidence.ts';
import { decisionSentence } from './words.ts';

export interface JoinedInputs {
  readonly report: ReportListener['report'];
  readonly log: ReportListener['log'];
}

/** `undefined`: the report has no attempt to a port of the log. */
export function listenerPart(
  report: Report,
  view: ListenerView,
  inputs: JoinedInputs,
): ReportListener | undefined {
  const { decisions, offset, watched } = joinEvidence(attemptsOf(report), view);
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
  const cause = isCause(found) ? found : undefined;
  const [remote] = tie?.remotes ?? [];
  return {
    endpoint,
    address,
    port,
    ...(cause !== undefined && { cause, side: CAUSE_DEFAULTS[cause].side }),
    found,
    summary: `${decisionSentence(decision, clocksTold)}${otherFamily(decision, all)}`,
    ...(cause !== undefined && {
      fix: `${addressee(CAUSE_DEFAULTS[cause].side, 'listener', host)}, ${address} port ${port}/tcp: ${causes[cause].next.replace(/\bPORT\b/g, String(port))}`,
    }),
    ...(tie !== undefined && { tiedBy: tie.by }),
    ...(tie !== undefined && remote !== undefined && { arrived: { remote, local: tie.local } }),
    packets: { ...counts },
  };
}

const isCause = (found: PortDecision['found']): found is PathCause => found.startsWith('path.');

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
