/** What a run is to do, as it is in the run bucket for the steps after the plan. */
import * as z from 'zod';
import { RunAuthorisation } from '../../model/authorisation.ts';
import { Endpoint } from '../../model/endpoint.ts';
import { FleetVantage } from '../../model/fleet-vantage.ts';
import { Maintenance } from '../../model/maintenance.ts';
import { Message } from '../../model/message-schema.ts';
import { RunSettings } from '../../model/request.ts';
import { CauseCode } from '../../model/vocabulary.ts';
import type { RunStore } from '../ports/run-store.ts';
import { Ipv6Hosts } from './ipv6-hosts.ts';
import type { RunRecord } from './messages.ts';
import { openJson } from './payload.ts';
import { SCHEDULED_BY } from './run-events.ts';

/** Why an endpoint is in the report without having been probed. */
export const Unprobed = z.strictObject({
  endpointId: z.string(),
  cause: CauseCode,
  summary: z.string(),
  message: Message.optional(),
});
export type Unprobed = z.infer<typeof Unprobed>;

/** One target as the report shows it. Endpoints of two targets with the same id are the same probe. */
export const PlannedTarget = z.strictObject({
  name: z.string(),
  profile: z.string().optional(),
  /** Why the fleet may probe it; absent: it may not. */
  authorisation: RunAuthorisation.optional(),
  /**
   * Nothing is registered under this name, or something else than what was asked for, as when support validates a host
   * that is also a target: this run says nothing of the state of a target, and learns nothing from its past.
   */
  apart: z.literal(true).optional(),
  endpoints: z.array(Endpoint),
  unprobed: z.array(Unprobed),
  /** Endpoints that may be probed at these addresses alone. */
  onlyAt: z
    .array(z.strictObject({ endpointId: z.string(), addresses: z.array(z.string()).min(1) }))
    .optional(),
});
export type PlannedTarget = z.infer<typeof PlannedTarget>;

export const RunPlan = z.strictObject({
  runId: z.string(),
  execution: z.string(),
  requestedBy: z.string(),
  maintenance: Maintenance.optional(),
  startedAt: z.iso.datetime(),
  settings: RunSettings,
  vantages: z.array(FleetVantage),
  targets: z.array(PlannedTarget),
  /** Absent: no vantage of the run has IPv6 alone. */
  ipv6: Ipv6Hosts.optional(),
  /** Listeners are asked in the place of the servers. */
  withListener: z.literal(true).optional(),
});
export type RunPlan = z.infer<typeof RunPlan>;

export const loadPlan = ({ planKey }: RunRecord, store: Pick<RunStore, 'get'>): Promise<RunPlan> =>
  openJson(planKey, RunPlan, store);

/** A person started it, and may look on. */
export const isLive = ({ requestedBy }: Pick<RunPlan, 'requestedBy'>): boolean =>
  !requestedBy.startsWith(SCHEDULED_BY);

/** Every endpoint that is to be probed, each once. */
export function probedEndpoints({ targets }: Pick<RunPlan, 'targets'>): Endpoint[] {
  const byId = new Map<string, Endpoint>();
  for (const { endpoints, unprobed } of targets) {
    const left = new Set(unprobed.map(({ endpointId }) => endpointId));
    for (const endpoint of endpoints)
      if (!left.has(endpoint.id) && !byId.has(endpoint.id)) byId.set(endpoint.id, endpoint);
  }
  return [...byId.values()];
}

/** By endpoint id, the addresses beyond which it may not be probed. One that another target may probe everywhere has none. */
export function boundsOf({ targets }: Pick<RunPlan, 'targets'>): ReadonlyMap<string, readonly string[]> {
  const bounds = new Map<string, readonly string[]>();
  const free = new Set<string>();
  for (const { endpoints, unprobed, onlyAt = [] } of targets) {
    const left = new Set(unprobed.map(({ endpointId }) => endpointId));
    const own = new Map(onlyAt.map(({ endpointId, addresses }) => [endpointId, addresses]));
    for (const { id } of endpoints.filter((endpoint) => !left.has(endpoint.id))) {
      const addresses = own.get(id);
      if (addresses === undefined) free.add(id);
      else bounds.set(id, [...new Set([...(bounds.get(id) ?? []), ...addresses])]);
    }
  }
  return new Map([...bounds].filter(([id]) => !free.has(id)));
}
