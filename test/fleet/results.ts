import { diagnose } from '../../lib/diagnose/diagnose.ts';
import type { BatchResult } from '../../lib/fleet/batch-result.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Observation } from '../../lib/model/observation.ts';
import type { ProbeSpec, VantageFacts } from '../../lib/model/plan.ts';
import { tcpSeen } from '../run/fakes.ts';

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
  /** In place of the finding's own. */
  readonly summary?: string;
  readonly facts?: Partial<VantageFacts>;
}

/** What a vantage answers, diagnosed by the real code. */
export function batchResult(
  id: string,
  endpoints: readonly Endpoint[],
  { attempt = 1, seen = tcpSeen, summary, facts: given = {} }: ResultOptions = {},
): BatchResult {
  const facts = { ...factsOf(id), ...given };
  const finding = (endpoint: Endpoint, observation: Observation): Finding => ({
    ...diagnose(observation, { endpoint, vantage: facts, now: Date.parse(observation.startedAt) }),
    ...(summary !== undefined && { summary }),
  });
  const results = endpoints.map((endpoint) => {
    const observation = { ...seen(specOf(endpoint)), vantage: id };
    const judged = { observation, finding: finding(endpoint, observation), vantage: id, attempt };
    return { endpointId: endpoint.id, judged: [judged], facts };
  });
  return { vantage: facts, results };
}
