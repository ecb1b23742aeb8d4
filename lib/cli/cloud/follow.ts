import { setTimeout as pause } from 'node:timers/promises';
import { visible } from '../../report/words/visible.ts';
import type { ApiClient } from '../../service/contracts/api-client.ts';
import { type RunStatus, runsContracts } from '../../service/contracts/runs.ts';
import { EXIT } from '../terminal/exit-status.ts';
import { message } from '../terminal/message.ts';
import { failed, isCallersError } from './failed.ts';
import { createFleetProgress } from './fleet-progress.ts';

export type FollowEnd =
  | { readonly ok: true; readonly run: RunStatus }
  /** The message is already printed; the exit status. */
  | { readonly ok: false; readonly status: number };

/** Time between two requests for the state, ms: short at first, as most runs take a few seconds. */
const FIRST_MS = 1_000;
const MOST_MS = 4_000;
/** Failed requests in a row after which watching ends; the run continues. */
const MAX_FAILED = 5;

/** Watches a run until it ends. Standard error gets the progress, if that is a terminal. */
export async function followRun(
  client: ApiClient,
  runId: string,
  { progress: wanted }: { readonly progress: boolean },
): Promise<FollowEnd> {
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
      if (isCallersError(asking) || misses === MAX_FAILED) {
        progress.clear();
        const status = failed(asking);
        if (!isCallersError(asking))
          message(`the run goes on; follow it with: inbound-check run --follow ${runId}`);
        return { ok: false, status };
      }
    }
    await pause(waitMs);
  }
}

/** Says why a run has no verdict, and returns the exit status. */
export function explainMissingVerdict({ runId, status, error }: RunStatus): number {
  const { name = 'unknown', message: why = '' } = error ?? {};
  const words = status === 'stopped' ? 'was stopped' : `failed: ${name}`;
  message(visible(`the run ${runId} ${words}${why === '' ? '' : `: ${why}`}`));
  return name === 'RequestRefused' ? EXIT.usage : EXIT.unavailable;
}
