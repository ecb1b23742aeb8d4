/**
 * A prober at a vantage: runs in the vantage's namespace and calls the engine's own `runCheck` for every process that sends it
 * work, as the deployed prober does in its region. What it saw goes back and is judged elsewhere.
 */
import { createLocalContext } from '../../lib/engine/context.ts';
import type { RunVantage } from '../../lib/engine/measure/measuring.ts';
import { runCheck } from '../../lib/engine/run/run.ts';
import type { VantageResult } from '../../lib/engine/vantage-result.ts';
import { probes } from '../../lib/kinds/probes.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { RunSettings } from '../../lib/model/request.ts';
import { createKernelAccess } from '../../lib/net/kernel-access.ts';

export interface VantageWork {
  readonly id: number;
  readonly endpoints: readonly Endpoint[];
  readonly settings: RunSettings;
  readonly vantage: RunVantage;
}

export type VantageAnswer =
  | { readonly ready: true }
  | { readonly id: number; readonly results: readonly VantageResult[] }
  | { readonly id: number; readonly error: string };

const tell = (answer: VantageAnswer): void => {
  process.send?.(answer);
};

async function work({ id, endpoints, settings, vantage }: VantageWork): Promise<void> {
  const results: VantageResult[] = [];
  const local = createLocalContext(settings, new AbortController().signal);
  await runCheck({
    id: `lab-${id}`,
    endpoints,
    settings,
    context: { ...local, kernel: createKernelAccess(local) },
    probes,
    vantage,
    events: { measured: (result) => void results.push(result) },
  });
  tell({ id, results });
}

process.on('message', (message: VantageWork) => {
  work(message).catch((error: unknown) =>
    tell({ id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
tell({ ready: true });
