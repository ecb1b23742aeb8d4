/**
 * The prober as the rig deploys it: the production one, but with leave to probe loopback. Bundled by the same settings;
 * the production bundle has no such setting.
 */
import { createTelemetry } from '../../lib/aws/telemetry.ts';
import { createProber } from '../../lib/service/runs/prober.ts';

export const handler = createProber({
  allowPrivate: true,
  ...(process.env.RIG_DNS !== undefined && { dnsServers: [process.env.RIG_DNS] }),
  ...(process.env.RIG_STOP_EVERY_MS !== undefined && { stopEveryMs: Number(process.env.RIG_STOP_EVERY_MS) }),
  telemetry: createTelemetry({ service: 'prober' }),
});
