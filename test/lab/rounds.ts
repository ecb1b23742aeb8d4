/** No false alarm and no false calm: the same cases again and again, while the machine is busy with other work. */

import { type ChildProcess, spawn } from 'node:child_process';
import pMap from 'p-map';
import type { LabCase, Place } from './case.ts';
import { LOST_PERCENT, wrongUnderLoss } from './cases/under-loss.ts';
import { DEFAULT_VANTAGES, runCase } from './run-case.ts';
import type { Lab } from './topology.ts';
import type { Vantages } from './vantages.ts';

export interface Tally {
  readonly title: string;
  readonly cases: number;
  /** Cases × rounds × vantages of each. */
  readonly checks: number;
  readonly failures: readonly string[];
  /** Wrong once, and right when it was checked again. */
  readonly flaky: readonly string[];
}

/** What was said of a case in its rounds with lost packets, and how often. */
export type SaidUnderLoss = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Rounds {
  readonly rounds: number;
  readonly tallies: readonly Tally[];
  readonly said: SaidUnderLoss;
}

interface Group {
  readonly title: string;
  belongs(one: LabCase): boolean;
  /** How many run at the same time. Endpoints without an answer take time but no work. */
  readonly atOnce: number;
  /** What must never be said of it; `undefined`: all is well. */
  fault(verdict: string): string | undefined;
}

const GROUPS: readonly Group[] = [
  {
    title: 'Healthy services: always `pass`',
    atOnce: 8,
    belongs: ({ expected, endpoint }) =>
      expected.verdict === 'pass' && (typeof endpoint === 'function' || endpoint.expect !== 'closed'),
    fault: (verdict) => (verdict === 'pass' ? undefined : verdict),
  },
  {
    title: 'Healthy services behind lost packets: never `closed` or `filtered`, never `fail`',
    atOnce: 2,
    belongs: ({ expected }) => Array.isArray(expected.verdict),
    fault: (verdict) => (verdict === 'pass' || verdict === 'warn' ? undefined : verdict),
  },
  {
    title: 'Dead endpoints: never `pass`',
    atOnce: 80,
    belongs: ({ expected, endpoint }) =>
      expected.verdict === 'fail' &&
      (expected.state === 'filtered' || expected.state === 'closed') &&
      (typeof endpoint === 'function' || endpoint.expect !== 'closed'),
    fault: (verdict) => (verdict === 'pass' || verdict === 'warn' ? verdict : undefined),
  },
];

/** The machine has so many cores, and all are kept busy. */
const BUSY_PROCESSES = 2;
/** A process that is forgotten ends by itself, ms. */
const BUSY_MS = 240_000;

/**
 * Runs every group for so many rounds; all groups side by side, so that waiting costs no time.
 *
 * @param retry checks a case once more in a round in which it was wrong
 */
export async function runRounds(
  rounds: number,
  places: ReadonlyMap<LabCase, Place>,
  lab: Lab,
  vantages: Vantages,
  retry: boolean,
): Promise<readonly Tally[]> {
  const busy = Array.from({ length: BUSY_PROCESSES }, burn);
  const tally = async (group: Group): Promise<Tally> => {
    const members = [...places].filter(([one]) => one.once !== true && group.belongs(one));
    // Round by round, so that no case is asked for all its rounds at once.
    const turns = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
      members.map(([one, place]) => ({ round, one: withoutSlack(one), place })),
    );
    const failures: string[] = [];
    const flaky: string[] = [];
    const faultIn = async ({ round, one, place }: (typeof turns)[number]): Promise<string | undefined> => {
      const { report } = await runCase(one, place, lab, vantages);
      const fault = group.fault(report.verdict);
      return fault === undefined
        ? undefined
        : `${one.id}, round ${round}: ${fault} (${report.cause ?? 'no cause'}): ${report.summary}`;
    };
    const check = async (turn: (typeof turns)[number]): Promise<number> => {
      const fault = await faultIn(turn);
      if (fault !== undefined) {
        const isFlaky = retry && (await faultIn(turn)) === undefined;
        (isFlaky ? flaky : failures).push(fault);
      }
      return (turn.one.vantages ?? DEFAULT_VANTAGES).length;
    };
    const checks = await pMap(turns, check, { concurrency: group.atOnce });
    return {
      title: group.title,
      cases: members.length,
      checks: checks.reduce((sum, count) => sum + count, 0),
      failures,
      flaky,
    };
  };
  try {
    return await Promise.all(GROUPS.map(tally));
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

/** They wait more than they work. */
const LOSSY_AT_ONCE = 24;

/**
 * The cases with lost packets, for so many rounds: named right, or not decided.
 *
 * @param retry checks a case once more in a round in which it was wrong
 */
export async function runLossyRounds(
  rounds: number,
  places: ReadonlyMap<LabCase, Place>,
  lab: Lab,
  vantages: Vantages,
  retry: boolean,
): Promise<{ readonly tally: Tally; readonly said: SaidUnderLoss }> {
  const failures: string[] = [];
  const flaky: string[] = [];
  const said = new Map<string, Map<string, number>>();
  const faultIn = async (round: number, one: LabCase, place: Place): Promise<string | undefined> => {
    const { report } = await runCase(one, place, lab, vantages);
    const words = report.cause ?? report.verdict;
    const counts = said.get(one.id) ?? new Map<string, number>();
    said.set(one.id, counts.set(words, (counts.get(words) ?? 0) + 1));
    const wrong = wrongUnderLoss(one, report);
    return wrong.length === 0
      ? undefined
      : `${one.id}, round ${round}: ${wrong.join(', ')}: ${report.summary}`;
  };
  const turns = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    [...places].map(([one, place]) => ({ round, one, place })),
  );
  await pMap(
    turns,
    async ({ round, one, place }) => {
      const fault = await faultIn(round, one, place);
      if (fault === undefined) return;
      const isFlaky = retry && (await faultIn(round, one, place)) === undefined;
      (isFlaky ? flaky : failures).push(fault);
    },
    { concurrency: LOSSY_AT_ONCE },
  );
  const title = `Faults, and ${LOST_PERCENT} % of all packets lost: named as they are, or not decided`;
  return { tally: { title, cases: places.size, checks: turns.length, failures, flaky }, said };
}

/** Dead endpoints from one vantage: twenty rounds of waiting from five of them would prove no more. */
const withoutSlack = (one: LabCase): LabCase =>
  one.expected.verdict === 'fail' ? { ...one, vantages: (one.vantages ?? ['v1']).slice(0, 1) } : one;

function burn(): ChildProcess {
  const script = `const end = Date.now() + ${BUSY_MS}; while (Date.now() < end);`;
  return spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
}
