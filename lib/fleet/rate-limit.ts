/** How many runs an hour one target, one host that somebody vouches for, and one requester get. Counted by run id: the same run again is not another one. */
import type { ItemKey, ItemStore } from '../ports/item-store.ts';

export interface RateLimits {
  /** Runs that start within one hour of the clock (UTC). */
  readonly perTarget: number;
  readonly perRequester: number;
}

export const DEFAULT_RATE_LIMITS: RateLimits = { perTarget: 60, perRequester: 300 };

export interface CountedRun {
  readonly runId: string;
  readonly requestedBy: string;
  readonly targets: readonly string[];
  /**
   * Of a run for which somebody vouches, whom it contacts. Its targets' names are free words: to go by them would let
   * any number of names ask one host, and let a borrowed name use up the runs of the target that has it. A sweep goes by
   * names all the same: it may be of thousands of targets on one host, and nobody starts it by the API.
   */
  readonly hosts?: readonly string[];
  /** Start, epoch ms. */
  readonly at: number;
  /** ARN of its execution, where there is one already. */
  readonly execution?: string;
}

export interface RateLimited {
  /** One line: what was too much, and when to try again. */
  readonly message: string;
}

interface Counter {
  readonly key: ItemKey;
  readonly of: string;
  readonly member: string;
  readonly limit: number;
  readonly ttl: number;
}

const HOUR_MS = 3_600_000;

/** Whether the run may be started, by what was counted so far. Counts nothing. */
export async function mayRun(
  run: CountedRun,
  limits: RateLimits,
  items: Pick<ItemStore, 'get'>,
): Promise<RateLimited | undefined> {
  const counted = await Promise.all(
    countersOf(run, limits).map(async (counter) => {
      const members = (await items.get(counter.key))?.members;
      const isFull = members instanceof Set && members.size >= counter.limit && !members.has(counter.member);
      return isFull ? counter : undefined;
    }),
  );
  const full = counted.find((counter) => counter !== undefined);
  return full && limited(full, run);
}

/** Counts the run, or says which count is full. A run that is not let in is counted nowhere unless others came between. */
export async function countRun(
  run: CountedRun,
  limits: RateLimits,
  items: Pick<ItemStore, 'get' | 'admit'>,
): Promise<RateLimited | undefined> {
  const refused = await mayRun(run, limits, items);
  if (refused !== undefined) return refused;
  for (const counter of countersOf(run, limits)) {
    const { key, member, limit, ttl } = counter;
    if (!(await items.admit(key, { member, limit, ttl }))) return limited(counter, run);
  }
  return undefined;
}

function countersOf(
  { runId, requestedBy, targets, hosts, at, execution }: CountedRun,
  limits: RateLimits,
): Counter[] {
  const start = at - (at % HOUR_MS);
  const sk = new Date(start).toISOString().slice(0, 13);
  // Two hours, so that whoever looks at the end of the hour still finds it.
  const ttl = Math.floor((start + 2 * HOUR_MS) / 1_000);
  const counter = (of: string, pk: string, member: string, limit: number): Counter => ({
    key: { pk, sk },
    of,
    member,
    limit,
    ttl,
  });
  return [
    counter(
      `by ${requestedBy}`,
      `RATE#requester#${requestedBy}`,
      sweepOf(execution) ?? runId,
      limits.perRequester,
    ),
    ...(hosts === undefined || sweepOf(execution) !== undefined
      ? [...new Set(targets)].map((name) =>
          counter(`of the target ${name}`, `RATE#target#${name}`, runId, limits.perTarget),
        )
      : [...new Set(hosts)].map((host) =>
          counter(`of the host ${host}`, `RATE#host#${host}`, runId, limits.perTarget),
        )),
  ];
}

/**
 * Who may start a sweep has asked for thousands of runs at once: all children of it are one. Their executions are named
 * `…:execution:MACHINE/LABEL:ID` (Step Functions developer guide, "Viewing Map Runs").
 */
const sweepOf = (execution: string | undefined): string | undefined =>
  execution === undefined ? undefined : /:execution:([^:/]+\/[^:]+):/.exec(execution)?.[1];

function limited({ of, limit, key }: Counter, { at }: CountedRun): RateLimited {
  const again = new Date(at - (at % HOUR_MS) + HOUR_MS).toISOString().slice(11, 16);
  return {
    message: `${limit} runs ${of} in the hour from ${key.sk.slice(11)}:00 UTC are as many as there may be: try again at ${again} UTC`,
  };
}
