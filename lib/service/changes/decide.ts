/** What a run changed in what is known of its target, and who gets an alert about it: the rules are in docs/alerts.md. Pure. */

import type { EndpointReport } from '../../engine/report-schema.ts';
import type { ChangeEvent } from '../../model/change-event.ts';
import type { Verdict } from '../../model/vocabulary.ts';
import {
  type Announced,
  type AnnouncedEndpoint,
  dropStale,
  endpointKey,
  NOTHING_ANNOUNCED,
  type OpenedAlert,
} from './announced.ts';
import { expiring } from './certificates.ts';
import type { ChangeContext } from './change-context.ts';
import { certificateEvent, changeEvent } from './event.ts';
import { type EndpointChange, groupChanges } from './group.ts';
import { EXPOSED, provenVerdict } from './proven.ts';

export interface Decision {
  readonly events: readonly ChangeEvent[];
  /** To be kept for the next run. */
  readonly announced: Announced;
}

/**
 * The same input gives the same events with the same ids.
 *
 * @param before what alerts had said; `undefined`: nothing yet. Endpoints that this run leaves out stay as they were.
 */
export function decide(
  before: Announced | undefined,
  endpoints: readonly EndpointReport[],
  context: ChangeContext,
): Decision {
  const told = before ?? NOTHING_ANNOUNCED;
  const now = Date.parse(context.finishedAt);
  const known = { ...told.endpoints };
  const changes: EndpointChange[] = [];
  const proven: EndpointReport[] = [];
  for (const report of endpoints) {
    const verdict = provenVerdict(report);
    if (verdict === undefined) continue;
    proven.push(report);
    const key = endpointKey(report.id);
    const was = known[key];
    known[key] = next(was, report, verdict, context.startedAt);
    const kind = kindOf(was, report, verdict);
    if (kind !== undefined) changes.push({ kind, report, ...(was !== undefined && { before: was }) });
  }
  const certificates = expiring(proven, told.certificates, now);
  const announced = {
    endpoints: known,
    certificates: {
      ...told.certificates,
      ...Object.fromEntries(
        certificates.map(({ certificate: { fingerprint256, notAfter }, days }) => [
          fingerprint256,
          { days, notAfter },
        ]),
      ),
    },
  };
  const whole = wholeOf(known);
  const grouped = groupChanges(changes, whole).map((group) => changeEvent(group, context, whole.up));
  const alert = whole.up ? undefined : alertAfter(told.alert, grouped);
  return {
    events: [
      ...grouped,
      // Only one alert for an endpoint that fails because its certificate expired.
      ...certificates
        .filter(({ endpoints: on }) => !on.every(failsByItsDate))
        .map((one) => certificateEvent(one, told, context)),
    ],
    announced: dropStale({ ...announced, ...(alert && { alert }) }, now),
  };
}

/** What more fails begins it anew, so that who has acknowledged the one before hears of it again. */
function alertAfter(
  before: OpenedAlert | undefined,
  events: readonly ChangeEvent[],
): OpenedAlert | undefined {
  const worse = events.find(({ kind }) => kind === 'failing' || kind === 'exposed');
  if (worse === undefined) return before;
  const { id, at, severity, title } = worse;
  return { mark: id, since: before?.since ?? at, at, severity, title };
}

function kindOf(
  was: AnnouncedEndpoint | undefined,
  { cause }: EndpointReport,
  verdict: Verdict,
): EndpointChange['kind'] | undefined {
  const failed = was?.verdict === 'fail';
  if (verdict !== 'fail') return failed ? 'recovered' : undefined;
  if (failed && was.cause === cause) return undefined;
  if (cause === EXPOSED) return 'exposed';
  return failed ? 'cause-changed' : 'failing';
}

function next(
  was: AnnouncedEndpoint | undefined,
  { cause, side, expect, history }: EndpointReport,
  verdict: AnnouncedEndpoint['verdict'],
  startedAt: string,
): AnnouncedEndpoint {
  // History continues during maintenance, so it knows better when a state began.
  const begun = history === undefined || history.atLeast ? startedAt : history.since;
  const asBefore = was !== undefined && (was.verdict === 'fail') === (verdict === 'fail');
  return {
    verdict,
    ...(cause !== undefined && { cause }),
    ...(side !== undefined && { side }),
    expect,
    since: asBefore ? was.since : begun,
    seen: startedAt,
  };
}

function wholeOf(known: Announced['endpoints']): { down: boolean; up: boolean } {
  const all = Object.values(known);
  const open = all.filter(({ expect }) => expect === 'open');
  return {
    down: open.length > 0 && open.every(({ verdict }) => verdict === 'fail'),
    up: all.every(({ verdict }) => verdict !== 'fail'),
  };
}

const failsByItsDate = ({ verdict, cause }: EndpointReport): boolean =>
  verdict === 'fail' && cause === 'tls.cert-expires-soon';
