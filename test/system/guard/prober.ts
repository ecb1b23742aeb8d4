/** Runs inside the namespace: the engine as the command line sets it up, without --allow-private. Reports as JSON. */
import { createLocalContext } from '../../../lib/engine/context.ts';
import type { EndpointReport } from '../../../lib/engine/report-schema.ts';
import { runCheck } from '../../../lib/engine/run/run.ts';
import { probes } from '../../../lib/kinds/probes.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import { createKernelAccess } from '../../../lib/net/kernel-access.ts';

export interface ProberPlan {
  readonly endpoints: readonly Endpoint[];
  readonly settings: Partial<RunSettings>;
}

const plan = JSON.parse(process.argv[2] ?? '') as ProberPlan;
const settings = RunSettings.parse(plan.settings);
const { signal } = new AbortController();
const local = createLocalContext(settings, signal);
const reports: EndpointReport[] = [];
await runCheck({
  id: 'guard',
  endpoints: plan.endpoints,
  settings,
  context: { ...local, kernel: createKernelAccess(local) },
  probes,
  vantage: { id: 'local', kind: 'local' },
  events: { endpoint: (report) => void reports.push(report) },
  signal,
});
process.stdout.write(JSON.stringify(reports));
