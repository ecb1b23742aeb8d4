/** The vantage of the station's own machine: the prober of the fleet, in this process. */
import type { VantageResult } from '../../../engine/vantage-result.ts';
import { FleetVantage } from '../../../model/fleet-vantage.ts';
import { parseJson } from '../../../model/parse-json.ts';
import { createKernelAccess } from '../../../net/kernel-access.ts';
import type { Invoked, InvokeProber } from '../../../service/ports/prober-invoker.ts';
import type { Telemetry } from '../../../service/ports/telemetry.ts';
import { createProber } from '../../../service/runs/prober.ts';

/** Which families its network has, the machine's interfaces say when it probes; its own firewall alone decides on port 25. */
export const LOCAL_VANTAGE = FleetVantage.parse({
  id: 'local',
  region: 'local',
  functionName: 'local',
  kind: 'local',
  smtp: true,
  families: [4, 6],
});

export interface LocalProberOptions {
  /** May probe addresses that are not on the internet. */
  readonly allowPrivate: boolean;
  readonly telemetry: Telemetry;
  /** Ends the probing: the run or the station was stopped. */
  readonly signal: AbortSignal;
  /** Gets each result as soon as it is there, with the attempt that it is of. */
  readonly measured: (attempt: number, result: VantageResult) => void;
  readonly requestId: string;
}

export function createLocalInvoker(options: LocalProberOptions): InvokeProber {
  const { allowPrivate, telemetry, signal, requestId } = options;
  return async (_vantage, payload, { timeoutMs }): Promise<Invoked> => {
    const batch = onThisMachine(parseJson(payload));
    const prober = createProber({
      allowPrivate,
      kernel: createKernelAccess,
      telemetry,
      watchStop: ({ stopped }) => whenAborted(signal, stopped),
      measured: (result) => options.measured(batch.attempt, result),
    });
    const end = performance.now() + timeoutMs;
    try {
      const answer = await prober(batch, {
        awsRequestId: requestId,
        getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
      });
      return { status: 'answered', text: JSON.stringify(answer) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      return { status: 'function-error', errorType: name, message };
    }
  };
}

/** Without the families of the plan, so that those count that the interfaces have now. */
function onThisMachine(payload: unknown): { readonly attempt: number } {
  const { vantage, ...batch } = payload as { vantage: Record<string, unknown>; attempt: number };
  const { families: _, ...place } = vantage;
  return { ...batch, vantage: place } as { attempt: number };
}

function whenAborted(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) then();
  signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}
