/** How many runs an hour one target, one host without a proof, and one requester get. Counted by run id: the same run again is not another one. */
import pMap from 'p-map';
import { isoTime } from '../../net/clock.ts';
import type { ItemStore } from '../ports/item-store.ts';
import { countIn, HOUR_MS, hasRoom, hourOf, type RunCount, runCountOf } from '../state/run-counts.ts';
import { CALLS_AT_A_TIME } from './limits.ts';
import { principalOf } from './principal.ts';

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
   * For a run without proof of ownership, the hosts that it contacts. Its targets' names are free text: counting by them would let
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
  readonly count: RunCount;
  readonly of: string;
  readonly member: string;
  readonly limit: number;
}

/** Whether the run may be started, by what was counted so far. Counts nothing. */
export async function mayRun(
  run: CountedRun,
  limits: RateLimits,
  items: Pick<ItemStore, 'admitted'>,
): Promise<RateLimited | undefined> {
  const counters = countersOf(run, limits);
  // A run may contact thousands of hosts. What waits for a free connection counts as not connected in time.
  const room = await pMap(counters, (counter) => hasRoom(items, counter.count, counter), {
    concurrency: CALLS_AT_A_TIME,
  });
  const full = counters.find((_, index) => room[index] === false);
  return full && limited(full, run);
}

/** Counts the run, or says which count is full. A refused run is not counted, unless others were counted in between. */
export async function countRun(
  run: CountedRun,
  limits: RateLimits,
  items: Pick<ItemStore, 'admit' | 'admitted'>,
): Promise<RateLimited | undefined> {
  const refused = await mayRun(run, limits, items);
  if (refused !== undefined) return refused;
  for (const counter of countersOf(run, limits))
    if (!(await countIn(items, counter.count, counter))) return limited(counter, run);
  return undefined;
}

function countersOf(
  { runId, requestedBy, targets, hosts, at, execution }: CountedRun,
  { perRequester, perTarget }: RateLimits,
): Counter[] {
  const sweep = sweepOf(execution);
  // A person who starts an execution directly can write any `requestedBy`: but sessions of a role have no separate counts.
  const requester = principalOf(requestedBy);
  return [
    {
      of: `by ${requester}`,
      count: runCountOf('requester', requester, at),
      member: sweep ?? runId,
      limit: perRequester,
    },
    ...(hosts === undefined || sweep !== undefined
      ? [...new Set(targets)].map((name) => ({
          of: `of the target ${name}`,
          count: runCountOf('target', name, at),
          member: runId,
          limit: perTarget,
        }))
      : [...new Set(hosts)].map((host) => ({
          of: `of the host ${host}`,
          count: runCountOf('host', host, at),
          member: runId,
          limit: perTarget,
        }))),
  ];
}

/**
 * A sweep is one request for thousands of runs: all its children count as one. Their executions are named
 * `…:execution:MACHINE/LABEL:ID` (Step Functions developer guide, "Viewing Map Runs").
 */
const sweepOf = (execution: string | undefined): string | undefined =>
  execution === undefined ? undefined : /:execution:([^:/]+\/[^:]+):/.exec(execution)?.[1];

function limited({ of, limit }: Counter, { at }: CountedRun): RateLimited {
  const clock = (time: number): string => isoTime(time).slice(11, 16);
  const hour = hourOf(at);
  return {
    message: `${limit} runs ${of} in the hour from ${clock(hour)} UTC are as many as there may be: try again at ${clock(hour + HOUR_MS)} UTC`,
  };
}
