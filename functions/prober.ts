import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createProber } from '../lib/fleet/prober.ts';

/** Runs in each vantage's region; invoked by the dispatcher alone. */
export const handler = createProber({
  allowPrivate: false,
  telemetry: createTelemetry({ service: 'prober' }),
  ...(process.env.SOURCE_ADDRESS && { sourceAddress: process.env.SOURCE_ADDRESS }),
});
