/**
 * The function that looks for proofs as the rig deploys it: the production one, but with leave to look on loopback, by
 * the DNS server of a test. The production bundle has no such setting.
 */
import { createTelemetry } from '../../lib/aws/telemetry.ts';
import { createOwnership } from '../../lib/service/ownership/handler.ts';

const { RIG_DNS, RIG_HTTP_PORT } = process.env;

export const handler = createOwnership({
  allowPrivate: true,
  // Nothing answers on the port "discard": without a server of its own a test asks no other.
  dnsServers: [RIG_DNS ?? '127.0.0.1:9'],
  ports: { http: Number(RIG_HTTP_PORT ?? 9), https: 9 },
  telemetry: createTelemetry({ service: 'ownership' }),
});
