/**
 * A prober at a vantage: lives in the vantage's namespace and runs the engine's own `runCheck` for whoever sends it
 * work, as the deployed prober does in its region. What it saw goes back and is judged elsewhere.
 */
import { createLocalContext } from '../../lib/adapters/local/context.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { RunSettings } from '../../lib/model/request.ts';
import { probes } from '../../lib/probe/registry.ts';
import { runCheck } from '../../lib/run/run.ts';
import type { RunVantage } from '../../lib/run/run-state.ts';
import type { VantageResult } from '../../lib/run/vantage-result.ts';

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
  await runCheck({
    id: `lab-${id}`,
    endpoints,
    settings,
    context: createLocalContext(settings, new AbortController().signal),
    probes,
    vantage,
    events: { checked: (result) => void results.push(result) },
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
