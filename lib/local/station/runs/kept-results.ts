/** What was measured of a batch so far, a line for each endpoint: so that a run that is cut off has lost nothing. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VantageResult } from '../../../engine/vantage-result.ts';
import { parseJson } from '../../../model/parse-json.ts';
import type { BatchResult } from '../../../service/runs/batch-result.ts';
import { runPrefix } from '../../../service/runs/keys.ts';
import { PAYLOAD_VERSION } from '../../../service/runs/payload-version.ts';

export interface KeptResults {
  keep(runId: string, attempt: number, result: VantageResult): void;
  /** As the prober would have answered it by then; undefined: nothing was measured yet. */
  read(runId: string, attempt: number, vantage: string): BatchResult | undefined;
}

/** @param folder that of the objects of runs */
export function createKeptResults(folder: string): KeptResults {
  const pathOf = (runId: string, attempt: number): string =>
    join(folder, ...runPrefix(runId).split('/'), 'measured', `${attempt}.ndjson`);
  return {
    keep(runId, attempt, result) {
      const path = pathOf(runId, attempt);
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        appendFileSync(path, `${JSON.stringify(result)}\n`, { mode: 0o600 });
      } catch {
        // A full disk: the run goes on, and what it measured is stored as a whole in its end, or the run fails by that.
      }
    },
    read(runId, attempt, vantage) {
      const results = linesOf(pathOf(runId, attempt))
        .flatMap((line) => VantageResult.safeParse(parseJson(line)).data ?? [])
        .filter(({ facts }) => facts.id === vantage);
      const last = results.at(-1);
      return last && { version: PAYLOAD_VERSION, vantage: last.facts, results, partial: true };
    },
  };
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
