import { createTelemetry } from '../lib/aws/telemetry.ts';
import { createOwnership } from '../lib/service/ownership/handler.ts';

/** Looks for proofs of ownership at hosts that users have named; invoked by the API and the starter. */
export const handler = createOwnership({
  allowPrivate: false,
  telemetry: createTelemetry({ service: 'ownership' }),
});
