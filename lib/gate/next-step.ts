/**
 * What a gate does next: probe again only what still fails, and in the end everything once more, so that the all-clear
 * is of one moment. Pure; the caller keeps the time.
 */
import type { EndpointReport } from '../model/report.ts';
import type { CauseCode, Kind } from '../model/vocabulary.ts';

export type Watched = Pick<EndpointReport, 'id' | 'verdict' | 'kind' | 'port' | 'cause'>;

export interface GateState {
  /** Each endpoint's last report, and when its last probe began (epoch ms). */
  readonly known: readonly { readonly endpoint: Watched; readonly probedAt: number }[];
  /** The last run was of everything. */
  readonly lastWasWhole: boolean;
}

export type GateStep =
  | { readonly kind: 'done' }
  /** What is left can't change by waiting. */
  | { readonly kind: 'hopeless' }
  /** Epoch ms of the next run; `only`: ids, absent for everything. */
  | { readonly kind: 'run'; readonly at: number; readonly only?: readonly string[] };

/** Mail sites deny-list who comes more often (lib/probe/smtp.ts keeps the other manners). */
export const MAIL_PAUSE_MS = 300_000;

const MAIL_KINDS: readonly Kind[] = ['smtp', 'smtps'];
const isMail = ({ kind, port }: Watched): boolean => MAIL_KINDS.includes(kind) || port === 25;

/** No mail server heard of these probes, so none can have minded. */
const UNHEARD: readonly CauseCode[] = ['tcp.refused', 'tcp.filtered', 'tcp.unreachable'];
const isHeardByMail = (endpoint: Watched): boolean =>
  isMail(endpoint) && (endpoint.cause === undefined || !UNHEARD.includes(endpoint.cause));

/** Nobody at the far end can mend these. */
const FIXED: readonly CauseCode[] = ['prober.target-not-authorised', 'prober.egress-blocked'];

export const isGreen = ({ verdict }: Pick<Watched, 'verdict'>): boolean =>
  verdict === 'pass' || verdict === 'warn';

/** @param everyMs pause between two probes of one endpoint; a mail server that answered gets five minutes at least */
export function nextStep({ known, lastWasWhole }: GateState, everyMs: number): GateStep {
  const dueAt = ({ endpoint, probedAt }: GateState['known'][number]): number =>
    probedAt + (isHeardByMail(endpoint) ? Math.max(MAIL_PAUSE_MS, everyMs) : everyMs);
  const red = known.filter(({ endpoint }) => !isGreen(endpoint));
  if (red.length === 0) {
    if (lastWasWhole) return { kind: 'done' };
    const mail = known.filter(({ endpoint }) => isMail(endpoint)).map(dueAt);
    return { kind: 'run', at: Math.max(0, ...mail) };
  }
  const hopeful = red.filter(({ endpoint: { cause } }) => cause === undefined || !FIXED.includes(cause));
  if (hopeful.length === 0) return { kind: 'hopeless' };
  const at = Math.min(...hopeful.map(dueAt));
  const due = hopeful.filter((one) => dueAt(one) <= at + everyMs / 2).map(({ endpoint }) => endpoint.id);
  return {
    kind: 'run',
    at: Math.max(...hopeful.filter(({ endpoint }) => due.includes(endpoint.id)).map(dueAt)),
    only: due,
  };
}
