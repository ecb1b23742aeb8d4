/** Tells the home what was measured so far while the rest goes on: one call at a time, and no more than it is paced to. */
import type { ProberAnswer } from '../../service/runs/batch-result.ts';

export interface TellingPorts {
  /** Milliseconds between two calls, at least. */
  readonly everyMs: number;
  /** `false`: nobody wants to hear more. Never rejects. */
  readonly tell: (soFar: ProberAnswer) => Promise<boolean>;
  /** Never rejects. */
  readonly wait: (ms: number) => Promise<void>;
}

export interface Telling {
  /** There is more: what has been measured, as it would be answered now. `results`: of how many endpoints. */
  news(soFar: () => ProberAnswer, results: number): void;
  /** The answer itself comes now. */
  end(): void;
}

/** Each call has everything so far, so that calls of a large batch come less often, ms for each endpoint. */
const EACH_MS = 20;

export function createTelling({ everyMs, tell, wait }: TellingPorts): Telling {
  let next: { readonly soFar: () => ProberAnswer; readonly results: number } | undefined;
  let isTelling = false;
  let isOver = false;
  const go = async (): Promise<void> => {
    isTelling = true;
    while (next !== undefined && !isOver) {
      const { soFar, results } = next;
      next = undefined;
      if (!(await tell(soFar()))) isOver = true;
      if (!isOver) await wait(everyMs + EACH_MS * results);
    }
    isTelling = false;
  };
  return {
    news(soFar, results) {
      next = { soFar, results };
      if (!isTelling && !isOver) void go();
    },
    end() {
      isOver = true;
    },
  };
}
