/** Runs the tls probe and its diagnosis against a port, as the run would. */
import { diagnoseTls } from '../../../lib/kinds/tls/diagnosis.ts';
import { probeTls } from '../../../lib/kinds/tls/probe.ts';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';

export interface Scenario {
  /** Default `www.test`. */
  readonly host?: string;
  /** PEM of the roots that are trusted beside Mozilla's. */
  readonly anchors?: readonly string[];
  readonly assertions?: Assertions;
  readonly spec?: Partial<ProbeSpec>;
  readonly vantage?: Partial<VantageFacts>;
  /** Epoch ms at which dates are judged. */
  readonly now?: number;
}

export async function observeTls(port: number, scenario: Scenario = {}) {
  const host = scenario.host ?? 'www.test';
  const context = { ...testContext(), trustAnchors: scenario.anchors ?? [] };
  const spec = testSpec('tls', { host, port, address: '127.0.0.1', family: 4, ...scenario.spec });
  const observation = await probeTls(spec, context);
  const finding = diagnoseTls(observation, {
    endpoint: {
      id: spec.endpointId,
      target: host,
      kind: 'tls',
      host,
      port,
      expect: 'open',
      level: 'required',
      ...(scenario.assertions && { assertions: scenario.assertions }),
    },
    vantage: testVantage(scenario.vantage),
    now: scenario.now ?? Date.now(),
  });
  const { tls } = observation;
  if (!tls) throw new Error('the probe gave no TLS result');
  return {
    observation,
    tls,
    finding,
    state: finding.state,
    faults: finding.faults.map(({ cause, severity }) => `${cause} ${severity}`),
    summaryOf: (cause: string) => finding.faults.find((fault) => fault.cause === cause)?.summary ?? '',
  };
}
