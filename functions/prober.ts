import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createProber } from '../lib/service/runs/prober.ts';

/** Runs in each vantage's region; invoked only by the dispatcher. */
export const handler = createProber({
  allowPrivate: false,
  telemetry: createTelemetry({ service: 'prober' }),
  ...(process.env.SOURCE_ADDRESS && { sourceAddress: process.env.SOURCE_ADDRESS }),
});
