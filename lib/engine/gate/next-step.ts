/**
 * What a gate does next: probe again only what still fails, and in the end everything once more, so that the final pass
 * is about one moment. Pure; the caller measures the time.
 */

import { descriptorOf } from '../../kinds/descriptors.ts';
import { isKind, type ReportedCause } from '../../model/vocabulary.ts';
import type { EndpointReport } from '../report-schema.ts';

export type GatedEndpoint = Pick<EndpointReport, 'id' | 'verdict' | 'kind' | 'port' | 'cause'>;

export interface GateState {
  /** Each endpoint's last report, and when its last probe began (epoch ms). */
  readonly known: readonly { readonly endpoint: GatedEndpoint; readonly probedAt: number }[];
  /** The last run checked everything. */
  readonly lastWasWhole: boolean;
}

export type GateStep =
  | { readonly kind: 'done' }
  /** What still fails can't change by waiting. */
  | { readonly kind: 'hopeless' }
  /** Epoch ms of the next run; `only`: ids, absent for everything. */
  | { readonly kind: 'run'; readonly at: number; readonly only?: readonly string[] };

const MAIL = descriptorOf('smtp');
/** Least time in ms between two connections to the peer; on the mail port, every kind of probe reaches a mail server. */
const pauseOf = ({ kind, port }: Pick<GatedEndpoint, 'kind' | 'port'>): number =>
  Math.max(
    isKind(kind) ? descriptorOf(kind).pacing.pauseMs : 0,
    port === MAIL.defaultPort ? MAIL.pacing.pauseMs : 0,
  );

/** Whether its peer is one that has to be left alone for a while after each connection. */
export const mayPauseAfter = (endpoint: Pick<GatedEndpoint, 'kind' | 'port'>): boolean =>
  pauseOf(endpoint) > 0;

/** No server saw these probes, so none can count them as too frequent. */
const NOT_RECEIVED: readonly ReportedCause[] = [
  'tcp.refused',
  'tcp.filtered',
  'tcp.unreachable',
  'tcp.rejected-by-network',
];
const wasReceived = ({ cause }: GatedEndpoint): boolean =>
  cause === undefined || !NOT_RECEIVED.includes(cause);

/** No change at the far end can fix these. */
const FIXED: readonly ReportedCause[] = ['prober.target-not-authorised', 'prober.egress-blocked'];

export const passesGate = ({ verdict }: Pick<GatedEndpoint, 'verdict'>): boolean =>
  verdict === 'pass' || verdict === 'warn';

/** Whether a peer that answered a probe of `probedAt` (epoch ms) may be asked again: some, as mail servers, shut out who comes often. */
export const mayAskAgain = ({ endpoint, probedAt }: GateState['known'][number], at: number): boolean =>
  !wasReceived(endpoint) || probedAt + pauseOf(endpoint) <= at;

/** @param everyMs pause between two probes of one endpoint; a peer that answered gets the pause of its kind at least */
export function nextStep({ known, lastWasWhole }: GateState, everyMs: number): GateStep {
  const dueAt = ({ endpoint, probedAt }: GateState['known'][number]): number =>
    probedAt + (wasReceived(endpoint) ? Math.max(pauseOf(endpoint), everyMs) : everyMs);
  const red = known.filter(({ endpoint }) => !passesGate(endpoint));
  if (red.length === 0) {
    if (lastWasWhole) return { kind: 'done' };
    const pausing = known.filter(({ endpoint }) => pauseOf(endpoint) > 0).map(dueAt);
    return { kind: 'run', at: Math.max(0, ...pausing) };
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
