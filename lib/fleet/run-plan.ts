/** What a run is to do, as it lies in the run bucket for the steps after the plan. */
import * as z from 'zod';
import { Endpoint } from '../model/endpoint.ts';
import { Authorisation, FleetVantage, type RunRecord } from '../model/fleet.ts';
import { Maintenance } from '../model/maintenance.ts';
import { RunSettings } from '../model/request.ts';
import { CauseCode } from '../model/vocabulary.ts';
import type { RunStore } from '../ports/run-store.ts';
import { openJson } from './payload.ts';

/** Why an endpoint is in the report without having been probed. */
export const Unprobed = z.strictObject({ endpointId: z.string(), cause: CauseCode, summary: z.string() });
export type Unprobed = z.infer<typeof Unprobed>;

/** One target as the report shows it. Endpoints of two targets with the same id are the same probe. */
export const PlannedTarget = z.strictObject({
  name: z.string(),
  profile: z.string().optional(),
  /** Why the fleet may probe it; absent: it may not. */
  authorisation: Authorisation.optional(),
  /**
   * Something else is registered under this name than what was asked for, as when support validates a host that is also
   * a target: this run says nothing of the state of the target.
   */
  apart: z.literal(true).optional(),
  endpoints: z.array(Endpoint),
  unprobed: z.array(Unprobed),
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
});
export type RunPlan = z.infer<typeof RunPlan>;

export const loadPlan = ({ planKey }: RunRecord, store: Pick<RunStore, 'get'>): Promise<RunPlan> =>
  openJson(planKey, RunPlan, store);

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

/** TCP 25, which AWS lets out only where the restriction was lifted for the source address. */
const isMailPort = ({ kind, port }: Pick<Endpoint, 'kind' | 'port'>): boolean =>
  port === 25 && kind !== 'ntp';

/** Whether a vantage is asked about an endpoint. A probe that is certain not to get out is not tried. */
export const isAskedOf = ({ smtp }: FleetVantage, endpoint: Pick<Endpoint, 'kind' | 'port'>): boolean =>
  smtp || !isMailPort(endpoint);
