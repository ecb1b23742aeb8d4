/** Puts together what has one reason, so that ten endpoints behind one firewall that is down are one message. Pure. */

import type { EndpointReport } from '../../engine/report-schema.ts';
import type { ChangeKind } from '../../model/change-event.ts';
import type { ReportedCause, Side } from '../../model/vocabulary.ts';
import type { AnnouncedEndpoint } from './announced.ts';

export interface EndpointChange {
  readonly kind: Extract<ChangeKind, 'failing' | 'recovered' | 'cause-changed' | 'exposed'>;
  readonly report: EndpointReport;
  /** What alerts had said about it. */
  readonly before?: AnnouncedEndpoint;
}

export interface ChangeGroup {
  readonly kind: EndpointChange['kind'];
  /** In the order of the report; never empty. */
  readonly changes: readonly [EndpointChange, ...EndpointChange[]];
  /** All of the target that must be reachable fails now, or nothing of it fails any more. */
  readonly whole: boolean;
}

/** Messages of one kind about one run; more reasons than this are put into one. */
export const MAX_MESSAGES = 10;

const KINDS = [
  'exposed',
  'failing',
  'cause-changed',
  'recovered',
] as const satisfies readonly EndpointChange['kind'][];

/** @param whole of the target: does all fail that must be reachable, does nothing fail */
export function groupChanges(
  changes: readonly EndpointChange[],
  whole: { readonly down: boolean; readonly up: boolean },
): ChangeGroup[] {
  return KINDS.flatMap((kind): ChangeGroup[] => {
    const [first, ...rest] = changes.filter((change) => change.kind === kind);
    if (first === undefined) return [];
    const all: ChangeGroup['changes'] = [first, ...rest];
    const isWhole =
      rest.length > 0 && ((kind === 'failing' && whole.down) || (kind === 'recovered' && whole.up));
    if (isWhole) return [{ kind, changes: all, whole: true }];
    const groups = byReason(all);
    return groups.length > MAX_MESSAGES
      ? [{ kind, changes: all, whole: false }]
      : groups.map((group) => ({ kind, changes: group, whole: false }));
  });
}

/** What failed, and for whom: of what recovered, what had failed. */
export const reasonOf = ({
  kind,
  report,
  before,
}: EndpointChange): { cause?: ReportedCause; side?: Side } => {
  const { cause, side } = kind === 'recovered' ? { cause: undefined, side: undefined, ...before } : report;
  return { ...(cause !== undefined && { cause }), ...(side !== undefined && { side }) };
};

/** The same side and family of causes, at the same host or at an address that both have. */
function byReason(changes: ChangeGroup['changes']): ChangeGroup['changes'][] {
  const groups: { changes: [EndpointChange, ...EndpointChange[]]; places: Set<string> }[] = [];
  for (const change of changes) {
    const places = placesOf(change);
    const near = groups.filter((group) => places.some((place) => group.places.has(place)));
    const [into, ...others] = near;
    if (into === undefined) {
      groups.push({ changes: [change], places: new Set(places) });
      continue;
    }
    // The newcomer may be what two groups have in common.
    for (const other of others) {
      into.changes.push(...other.changes);
      for (const place of other.places) into.places.add(place);
      groups.splice(groups.indexOf(other), 1);
    }
    into.changes.push(change);
    for (const place of places) into.places.add(place);
  }
  const order = new Map(changes.map((change, index) => [change, index]));
  const place = (change: EndpointChange): number => order.get(change) ?? 0;
  for (const group of groups) group.changes.sort((a, b) => place(a) - place(b));
  return groups.map((group) => group.changes);
}

function placesOf(change: EndpointChange): string[] {
  const { cause = '', side = '' } = reasonOf(change);
  const family = cause.split('.')[0];
  const { host, observations } = change.report;
  const addresses = observations.map(({ address }) => address).filter((address) => address !== '');
  return [...new Set([host.toLowerCase(), ...addresses])].map((place) => `${side} ${family} ${place}`);
}
