/**
 * The prober as the rig deploys it: the production one, but with leave to probe loopback. Bundled by the same settings;
 * the production bundle has no way to be told so.
 */
import { createTelemetry } from '../../lib/adapters/aws/telemetry.ts';
import { createProber } from '../../lib/fleet/prober.ts';

export const handler = createProber({
  allowPrivate: true,
  ...(process.env.RIG_DNS !== undefined && { dnsServers: [process.env.RIG_DNS] }),
  telemetry: createTelemetry({ service: 'prober' }),
});
