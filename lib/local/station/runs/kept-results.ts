/**
 * What was measured of a batch so far, a line for each endpoint: so that who follows the run sees it, and a run or a vantage that is
 * cut off has lost nothing.
 */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VantageResult } from '../../../engine/vantage-result.ts';
import { parseJson } from '../../../model/parse-json.ts';
import type { BatchResult } from '../../../service/runs/batch-result.ts';
import type { EarlyResults } from '../../../service/runs/early-results.ts';
import { ownPart } from '../../../service/runs/early-results.ts';
import { runPrefix } from '../../../service/runs/keys.ts';
import { PAYLOAD_VERSION } from '../../../service/runs/payload-version.ts';

export interface KeptResults extends EarlyResults {
  keep(runId: string, attempt: number, result: VantageResult): void;
  /** As the prober would have answered it by then; undefined: nothing was measured yet. */
  readNow(runId: string, attempt: number, vantage: string): BatchResult | undefined;
  /** Of all vantages, what came after the first `offset` bytes; none where it can't be read. */
  after(
    runId: string,
    attempt: number,
    offset: number,
  ): Promise<{ readonly results: readonly VantageResult[]; readonly offset: number }>;
}

/** Batches of machines elsewhere of which is known what is kept already; of more, some lines may be kept twice. */
const MAX_KNOWN = 200;

/** @param folder that of the objects of runs */
export function createKeptResults(folder: string): KeptResults {
  const pathOf = (runId: string, attempt: number): string =>
    join(folder, ...runPrefix(runId).split('/'), 'measured', `${attempt}.ndjson`);
  const known = new Map<string, Set<string>>();
  const knownOf = (batch: string): Set<string> => {
    const ids = known.get(batch) ?? new Set<string>();
    known.delete(batch);
    known.set(batch, ids);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return ids;
  };
  const keep: KeptResults['keep'] = (runId, attempt, result) => {
    const path = pathOf(runId, attempt);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      appendFileSync(path, `${JSON.stringify(result)}\n`, { mode: 0o600 });
    } catch {
      // A full disk: the run goes on, and what it measured is stored as a whole in its end, or the run fails by that.
    }
  };
  const readNow: KeptResults['readNow'] = (runId, attempt, vantage) => {
    const own = resultsIn(linesOf(pathOf(runId, attempt))).filter(({ facts }) => facts.id === vantage);
    const results = [...new Map(own.map((one) => [one.endpointId, one])).values()];
    const [first] = results;
    return (
      first &&
      ownPart({ version: PAYLOAD_VERSION, vantage: first.facts, results }, { runId, attempt, vantage })
    );
  };
  return {
    keep,
    readNow,
    async put({ runId, attempt, vantage }, { results }) {
      const ids = knownOf(`${runId} ${attempt} ${vantage}`);
      for (const result of results) {
        if (ids.has(result.endpointId)) continue;
        ids.add(result.endpointId);
        keep(runId, attempt, result);
      }
    },
    read: async ({ runId, attempt, vantage }) => readNow(runId, attempt, vantage),
    async after(runId, attempt, offset) {
      const text = await textAfter(pathOf(runId, attempt), offset);
      // The last line may still be on its way.
      const whole = text.subarray(0, text.lastIndexOf(10) + 1);
      return {
        results: resultsIn(whole.toString('utf8').split('\n')),
        offset: offset + whole.length,
      };
    },
  };
}

const resultsIn = (lines: readonly string[]): VantageResult[] =>
  lines.flatMap((line) => VantageResult.safeParse(parseJson(line)).data ?? []);

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Empty where there is nothing to read. */
async function textAfter(path: string, offset: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const text = Buffer.alloc(Math.max(0, size - offset));
      const { bytesRead } = await file.read(text, 0, text.length, offset);
      return text.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}
