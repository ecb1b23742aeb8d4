import { createHash } from 'node:crypto';
import type { EndpointReport } from '../../engine/report-schema.ts';
import {
  CHANGE_SCHEMA,
  type ChangedEndpoint,
  type ChangeEvent,
  MAX_EVENT_ENDPOINTS,
} from '../../model/change-event.ts';
import { type Announced, endpointKey } from './announced.ts';
import { CERTIFICATE_SEVERITY, type Expiring } from './certificates.ts';
import { alertKey, type ChangeContext } from './change-context.ts';
import { type ChangeGroup, reasonOf } from './group.ts';
import { certificateText, changeText } from './text.ts';
import { certificateTitle, changeTitle } from './title.ts';

const SEVERITY = {
  failing: 'critical',
  exposed: 'critical',
  'cause-changed': 'warning',
  recovered: 'info',
} as const satisfies Record<ChangeGroup['kind'], ChangeEvent['severity']>;

/** @param isUp whether nothing of the target fails any more after the run */
export function changeEvent(group: ChangeGroup, context: ChangeContext, isUp: boolean): ChangeEvent {
  const { kind, changes } = group;
  const reasons = changes.map(reasonOf);
  const cause = mostFrequent(reasons.flatMap((reason) => reason.cause ?? []));
  const side = mostFrequent(reasons.flatMap((reason) => reason.side ?? []));
  return {
    ...headOf(context),
    id: idOf(context, kind, ...changes.map(({ report }) => report.id)),
    kind,
    severity: SEVERITY[kind],
    title: changeTitle(group, context, cause),
    text: changeText(group, context, side),
    ...(side !== undefined && { side }),
    ...(cause !== undefined && { cause }),
    ...endpointsOf(changes.map(({ report, before }) => changed(report, before?.verdict))),
    alert: { key: alertKey(context), state: isUp ? 'closed' : 'open' },
  };
}

export function certificateEvent(one: Expiring, told: Announced, context: ChangeContext): ChangeEvent {
  const { certificate, days, endpoints } = one;
  return {
    ...headOf(context),
    id: idOf(context, 'certificate-expiring', certificate.fingerprint256, String(days)),
    kind: 'certificate-expiring',
    severity: CERTIFICATE_SEVERITY[days],
    title: certificateTitle(one, context),
    text: certificateText(one, context),
    side: 'service',
    cause: 'tls.cert-expires-soon',
    ...endpointsOf(
      endpoints.map((report) => changed(report, told.endpoints[endpointKey(report.id)]?.verdict)),
    ),
    // All limits of one certificate are one alert.
    alert: { key: alertKey(context, 'certificate', certificate.fingerprint256), state: 'open' },
  };
}

const headOf = ({ fleet, target, runId, startedAt }: ChangeContext) => ({
  schema: CHANGE_SCHEMA as typeof CHANGE_SCHEMA,
  fleet,
  target,
  runId,
  at: startedAt,
});

const changed = (
  { id, verdict, cause }: EndpointReport,
  before: ChangedEndpoint['verdict'] | undefined,
): ChangedEndpoint => ({
  id,
  verdict,
  ...(before !== undefined && { before }),
  ...(cause !== undefined && verdict !== 'pass' && { cause }),
});

const endpointsOf = (all: readonly ChangedEndpoint[]): Pick<ChangeEvent, 'endpoints' | 'more'> => ({
  endpoints: all.slice(0, MAX_EVENT_ENDPOINTS),
  more: Math.max(0, all.length - MAX_EVENT_ENDPOINTS),
});

/** JSON keeps the parts apart, whatever they hold. */
const idOf = ({ fleet, target, runId }: ChangeContext, ...parts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([fleet, target, runId, ...parts]))
    .digest('hex')
    .slice(0, 32);

/** Of equals the first. */
function mostFrequent<T>(all: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].reduce<[T, number] | undefined>(
    (best, one) => (best === undefined || one[1] > best[1] ? one : best),
    undefined,
  )?.[0];
}
