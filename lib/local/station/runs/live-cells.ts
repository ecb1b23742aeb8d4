/** What vantages saw of batches that they have not answered: each line that was kept is read and judged once, however many follow the run. */
import type { SeenEndpoint } from '../../../service/contracts/runs.ts';
import { PAYLOAD_VERSION } from '../../../service/runs/payload-version.ts';
import { type SeeEarly, seenIn } from '../../../service/runs/seen.ts';
import type { KeptResults } from './kept-results.ts';

/** Attempts of runs at a time; those of others are read anew. */
const MAX_FOLLOWED = 16;

interface Followed {
  offset: number;
  /** By vantage, then by endpoint. */
  readonly seen: Map<string, Map<string, SeenEndpoint>>;
  /** Those that ask at the same time wait for one reading. */
  reading: Promise<void>;
}

export function createLiveCells({ after }: Pick<KeptResults, 'after'>): SeeEarly {
  const all = new Map<string, Followed>();
  const followed = (key: string): Followed => {
    const one = all.get(key) ?? { offset: 0, seen: new Map(), reading: Promise.resolve() };
    all.delete(key);
    all.set(key, one);
    const [oldest] = all.keys();
    if (all.size > MAX_FOLLOWED && oldest !== undefined) all.delete(oldest);
    return one;
  };
  return async ({ runId, attempt, vantage }, plan) => {
    const one = followed(`${runId} ${attempt}`);
    const read = async (): Promise<void> => {
      const { results, offset } = await after(runId, attempt, one.offset);
      one.offset = offset;
      for (const result of results) {
        const { id } = result.facts;
        const answer = { version: PAYLOAD_VERSION, vantage: result.facts, results: [result] };
        const cells = one.seen.get(id) ?? new Map<string, SeenEndpoint>();
        one.seen.set(id, cells);
        for (const seen of seenIn(plan, { vantage: id, attempt }, answer)) cells.set(seen.endpoint, seen);
      }
    };
    one.reading = one.reading.catch(() => undefined).then(read);
    await one.reading;
    return [...(one.seen.get(vantage)?.values() ?? [])];
  };
}
