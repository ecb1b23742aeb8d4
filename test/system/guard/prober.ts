/** Runs inside the namespace: the engine as the command line sets it up, without --allow-private. Reports as JSON. */
import { createLocalContext } from '../../../lib/adapters/local/context.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { EndpointReport } from '../../../lib/model/report.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import { probes } from '../../../lib/probe/registry.ts';
import { runCheck } from '../../../lib/run/run.ts';

export interface ProberPlan {
  readonly endpoints: readonly Endpoint[];
  readonly settings: Partial<RunSettings>;
}

const plan = JSON.parse(process.argv[2] ?? '') as ProberPlan;
const settings = RunSettings.parse(plan.settings);
const { signal } = new AbortController();
const reports: EndpointReport[] = [];
await runCheck({
  id: 'guard',
  endpoints: plan.endpoints,
  settings,
  context: createLocalContext(settings, signal),
  probes,
  vantage: { id: 'local', kind: 'local' },
  events: { endpoint: (report) => void reports.push(report) },
  signal,
});
process.stdout.write(JSON.stringify(reports));
