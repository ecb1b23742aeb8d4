/** Looks for proofs of ownership from the station's own machine. */
import { createOwnership } from '../../service/ownership/handler.ts';
import type { ProveOwnership } from '../../service/ports/ownership.ts';
import type { Telemetry } from '../../service/ports/telemetry.ts';

/** Longest look for proofs, ms. */
const PROVE_MS = 22_000;

export function createLocalProver({
  allowPrivate,
  telemetry,
}: {
  readonly allowPrivate: boolean;
  readonly telemetry: Telemetry;
}): ProveOwnership {
  const look = createOwnership({ allowPrivate, telemetry });
  return async (hosts, challenge) => ({
    status: 'looked',
    ...(await look(
      { hosts, challenge },
      { awsRequestId: 'station', getRemainingTimeInMillis: () => PROVE_MS },
    )),
  });
}
