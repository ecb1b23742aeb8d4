import { createTelemetry } from '../lib/adapters/aws/telemetry.ts';
import { createOwnership } from '../lib/ownership/handler.ts';

/** Looks for proofs of ownership at hosts that strangers may have named; invoked by the API and the starter. */
export const handler = createOwnership({
  allowPrivate: false,
  telemetry: createTelemetry({ service: 'ownership' }),
});
