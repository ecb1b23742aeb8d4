import type { Endpoint } from '../../model/endpoint.ts';
import type { FleetVantage } from '../../model/fleet-vantage.ts';
import type { RunStore } from '../ports/run-store.ts';
import { hasIpv6Alone, isIpv6Server } from './asked.ts';
import { endpointsOf } from './batch-endpoints.ts';
import { batchKey } from './keys.ts';
import { MAX_BATCH_MS, MAX_INLINE_BATCHES_BYTES, MAX_INLINE_BYTES } from './limits.ts';
import type { Dispatch, Payload, ProbeBatch } from './messages.ts';
import { storeText } from './payload.ts';
import { boundsOf, isLive, type RunPlan } from './run-plan.ts';

/** What one vantage is asked. `again`: see `ProbeBatch`. */
export interface Wanted {
  readonly vantage: FleetVantage;
  readonly endpoints: readonly Endpoint[];
  readonly again?: ProbeBatch['again'];
}

/**
 * One dispatch for each vantage that is asked anything, so that the number of state transitions does not grow with the
 * endpoints. Batches travel in the state while all of them together are small, else through the bucket.
 */
export async function toDispatches(
  plan: RunPlan,
  attempt: number,
  wanted: readonly Wanted[],
  store: RunStore,
): Promise<Dispatch[]> {
  const batches = wanted
    .filter(({ endpoints }) => endpoints.length > 0)
    .map((one) => ({ vantage: one.vantage, batch: toBatch(plan, attempt, one) }))
    .map((one) => ({ ...one, text: JSON.stringify(one.batch) }));
  const bytes = batches.map(({ text }) => Buffer.byteLength(text));
  const together = bytes.reduce((sum, size) => sum + size, 0);
  const small = together <= MAX_INLINE_BATCHES_BYTES && bytes.every((size) => size <= MAX_INLINE_BYTES);
  return Promise.all(
    batches.map(async ({ vantage, batch, text }): Promise<Dispatch> => {
      const payload: Payload = small
        ? { inline: { ...batch } }
        : await storeText(store, batchKey(plan.runId, attempt, vantage.id), text);
      const deadlineMs = batchBudgetMs(endpointsOf(batch).length, plan.settings);
      return {
        runId: plan.runId,
        attempt,
        vantage,
        batch: payload,
        deadlineMs,
        ...(isLive(plan) && { live: true }),
        ...(plan.withListener && { withListener: true }),
      };
    }),
  );
}

function toBatch(plan: RunPlan, attempt: number, { vantage, endpoints, again }: Wanted): ProbeBatch {
  const { id, kind, sourceAddress, families, ehloName } = vantage;
  const bounds = boundsOf(plan);
  const bounded = endpoints.flatMap((endpoint) => {
    const addresses = bounds.get(endpoint.id);
    return addresses === undefined ? [] : [{ endpoint, addresses: [...addresses] }];
  });
  const deadlineMs = batchBudgetMs(endpoints.length, plan.settings);
  return {
    runId: plan.runId,
    vantage: {
      id,
      kind,
      ...(sourceAddress !== undefined && { sourceAddress }),
      ...(families !== undefined && { families }),
    },
    attempt,
    settings: {
      ...plan.settings,
      // readRequest has seen that there is one that it can reach.
      dnsServers: plan.settings.dnsServers.filter((server) => !hasIpv6Alone(vantage) || isIpv6Server(server)),
      deadlineMs,
      ...(ehloName !== undefined && { ehloName }),
    },
    endpoints: endpoints.filter(({ id }) => !bounds.has(id)),
    ...(bounded.length > 0 && { bounded }),
    ...(again !== undefined && { again }),
  };
}

/** A mail session (30 s), its control (13 s) and look-ups; beyond the first places, 10 s for each two endpoints a place. */
const FIRST_MS = 60_000;
const NEXT_MS = 20_000;

/** What a batch may take in ms: an upper bound for a batch of silent targets; others end long before. */
export function batchBudgetMs(
  endpoints: number,
  { concurrency, deadlineMs }: Pick<RunPlan['settings'], 'concurrency' | 'deadlineMs'>,
): number {
  const rounds = Math.ceil(endpoints / concurrency);
  const most = Math.min(MAX_BATCH_MS, FIRST_MS + Math.max(0, rounds - 1) * NEXT_MS);
  return Math.min(most, deadlineMs ?? most);
}
