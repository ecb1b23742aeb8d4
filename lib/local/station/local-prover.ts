/** Looks for proofs of ownership from the station's own machine. */
import { createOwnership } from '../../service/ownership/handler.ts';
import type { AskListeners } from '../../service/ports/listener-asker.ts';
import type { ProveOwnership } from '../../service/ports/ownership.ts';
import type { Invocation, Telemetry } from '../../service/ports/telemetry.ts';

/** Longest look for proofs, ms. */
const PROVE_MS = 22_000;

interface LocalProver {
  readonly prove: ProveOwnership;
  readonly askListeners: AskListeners;
}

export function createLocalProver(options: {
  readonly allowPrivate: boolean;
  readonly telemetry: Telemetry;
}): LocalProver {
  const look = createOwnership(options);
  return {
    prove: async (hosts, challenge) => ({
      status: 'looked',
      ...(await look({ hosts, challenge }, invocation)),
    }),
    askListeners: async (listeners) => {
      const { listeners: answers = [] } = await look({ listeners }, invocation);
      return { status: 'asked', answers };
    },
  };
}

const invocation: Invocation = { awsRequestId: 'station', getRemainingTimeInMillis: () => PROVE_MS };
