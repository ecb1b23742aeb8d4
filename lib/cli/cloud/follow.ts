import { setTimeout as pause } from 'node:timers/promises';
import { type RunStatus, runsContracts } from '../../api/contracts/runs.ts';
import type { ApiClient } from '../../ports/api-client.ts';
import { createFleetProgress } from '../../report/fleet-progress.ts';
import { visible } from '../../report/visible.ts';
import { EXIT } from '../exit-status.ts';
import { message } from '../message.ts';
import { failed, isTheCallers } from './failed.ts';

export type Ended =
  | { readonly ok: true; readonly run: RunStatus }
  /** Already told; the exit status. */
  | { readonly ok: false; readonly status: number };

/** Between two looks, ms: often at first, as most runs take some seconds. */
const FIRST_MS = 1_000;
const MOST_MS = 4_000;
/** Looks in a row that came to nothing before the watch is given up; the run goes on. */
const MAX_FAILED = 5;

/** Watches a run until it ends. Standard error gets the progress, if that is a terminal. */
export async function followRun(
  client: ApiClient,
  runId: string,
  { progress: wanted }: { readonly progress: boolean },
): Promise<Ended> {
  const isWatched = wanted && process.stderr.isTTY === true;
  const progress = createFleetProgress(isWatched ? process.stderr : { write: () => true }, process.env);
  const detail = isWatched ? 'endpoints' : 'vantages';
  let misses = 0;
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(MOST_MS, waitMs * 1.2)) {
    const asking = await client(runsContracts.getRun, { params: { runId }, query: { detail } });
    if (asking.status === 'answered') {
      misses = 0;
      progress.show(asking.value);
      if (asking.value.status !== 'running') return { ok: true, run: asking.value };
    } else {
      misses += 1;
      if (isTheCallers(asking) || misses === MAX_FAILED) {
        progress.clear();
        const status = failed(asking);
        if (!isTheCallers(asking))
          message(`the run goes on; follow it with: inbound-check run --follow ${runId}`);
        return { ok: false, status };
      }
    }
    await pause(waitMs);
  }
}

/** Says why a run has no verdict, and gives the exit status. */
export function lost({ runId, status, error }: RunStatus): number {
  const { name = 'unknown', message: why = '' } = error ?? {};
  const words = status === 'stopped' ? 'was stopped' : `failed: ${name}`;
  message(visible(`the run ${runId} ${words}${why === '' ? '' : `: ${why}`}`));
  return name === 'RequestRefused' ? EXIT.usage : EXIT.unavailable;
}
