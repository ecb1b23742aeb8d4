import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { type RunOptions, runCheck } from '../../../lib/engine/run/run.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { type FakeProbe, type FakeWorld, registry, settings } from './fakes.ts';

/** Runs a check and keeps its reports, in the order in which they came. */
export async function check(
  endpoints: Iterable<Endpoint>,
  probe: FakeProbe,
  world: FakeWorld,
  options: Partial<Omit<RunOptions, 'endpoints' | 'context'>> = {},
) {
  const reports: EndpointReport[] = [];
  const tail = await runCheck({
    id: 'run-1',
    endpoints,
    settings: settings(),
    context: world.context,
    probes: registry(probe),
    vantage: { id: 'local', kind: 'local' },
    events: { endpoint: (report) => void reports.push(report) },
    ...options,
  });
  return { tail, reports };
}
