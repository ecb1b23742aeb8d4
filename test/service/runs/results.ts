import type { Observation } from '../../../lib/kinds/observation.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import type { RunStore } from '../../../lib/service/ports/run-store.ts';
import type { BatchResult } from '../../../lib/service/runs/batch-result.ts';
import { createJudge } from '../../../lib/service/runs/judge.ts';
import type { RunRecord } from '../../../lib/service/runs/messages.ts';
import type { RunPlan } from '../../../lib/service/runs/run-plan.ts';
import type { AttemptOutcome, JudgedRound } from '../../../lib/service/runs/steps.ts';
import { tcpSeen } from '../../engine/run/fakes.ts';
import { invocation, memoryTelemetry } from './ports.ts';

const factsOf = (id: string): VantageFacts => ({ id, kind: 'lambda', families: [4], controls: [] });

const specOf = (endpoint: Endpoint): ProbeSpec => ({
  endpointId: endpoint.id,
  kind: endpoint.kind,
  host: endpoint.host,
  port: endpoint.port,
  address: endpoint.host,
  family: 4,
  timeoutMs: 1_000,
  expect: endpoint.expect,
});

export interface ResultOptions {
  readonly attempt?: number;
  /** What is seen of each endpoint; by default it answers. */
  readonly seen?: (spec: ProbeSpec) => Observation;
  /** What the peer said, in the evidence. */
  readonly text?: string;
  readonly facts?: Partial<VantageFacts>;
}

/** What a vantage answers. */
export function batchResult(
  id: string,
  endpoints: readonly Endpoint[],
  { attempt = 1, seen = tcpSeen, text, facts: given = {} }: ResultOptions = {},
): BatchResult {
  const facts = { ...factsOf(id), ...given };
  const results = endpoints.map((endpoint) => {
    const plain = { ...seen(specOf(endpoint)), vantage: id };
    const observation: Observation =
      text === undefined
        ? plain
        : { ...plain, exchange: [{ at: plain.startedAt, dir: 'received' as const, text }] };
    return { endpointId: endpoint.id, measured: [{ observation, vantage: id, attempt }], facts };
  });
  return { vantage: facts, results };
}

/** What the judge kept of these outcomes, attempt by attempt, in the store. */
export async function judgedRounds(
  outcomes: readonly AttemptOutcome[],
  plan: RunPlan,
  run: RunRecord,
  store: RunStore,
): Promise<JudgedRound[]> {
  const judge = createJudge({ store, telemetry: memoryTelemetry() });
  await store.put(run.planKey, JSON.stringify(plan), 'application/json');
  let judged: JudgedRound[] = [];
  for (const attempt of [...new Set(outcomes.map((one) => one.attempt))].sort((a, b) => a - b)) {
    const latest = outcomes.filter((one) => one.attempt === attempt);
    ({ judged } = await judge({ run: { ...run, attempt }, results: [], judged, latest }, invocation()));
  }
  return judged;
}
