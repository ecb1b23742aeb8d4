/** CPU for each endpoint, and endpoints a second: each way to make an exchange in turn, round by round. */
import { type Blackbox, startBlackbox } from './blackbox.ts';
import {
  type ContenderId,
  EXCHANGES,
  type ExchangeId,
  type Measured,
  type Round,
  type Site,
} from './exchange.ts';
import { forkProcess, reply } from './processes.ts';

export interface Cost {
  /** CPU of one exchange, ms: the median of the rounds. */
  readonly cpuMs: number;
  /** Exchanges a second with 32 side by side: the median of the rounds. */
  readonly perSecond: number;
}

export interface ExchangeCosts {
  readonly exchange: ExchangeId;
  readonly rounds: number;
  readonly costs: Readonly<Partial<Record<ContenderId, Cost>>>;
  /** CPU of our probe over that of another in the same round, median of the rounds. */
  readonly ratio: (of: 'probe' | 'check', to: ContenderId) => number | undefined;
}

const CONCURRENCY = 32;
/**
 * Exchanges before anything is measured, so that V8 has compiled by then what is worth it. Few where an exchange before
 * has run the same code. blackbox_exporter comes compiled.
 */
const WARM_UP: Readonly<Record<ExchangeId, number>> = {
  tcp: 3_000,
  tls: 1_500,
  'tls-chain': 200,
  https: 2_000,
  'https-chain': 200,
  'https-h2': 1_500,
  smtp: 3_000,
  'smtp-starttls': 800,
};
const BLACKBOX_WARM_UP = 100;
const MOST_ROUNDS = 7;
const FEWEST_ROUNDS = 2;
/** For all exchanges with one Node, ms, shared out among them: on a busy machine there are fewer rounds, not a longer bench. */
const BUDGET_MS = 100_000;
/** Some 0.3 s of CPU a round. */
const COUNTS: Readonly<Record<ExchangeId, number>> = {
  tcp: 2_500,
  tls: 350,
  'tls-chain': 250,
  https: 300,
  'https-chain': 200,
  'https-h2': 200,
  smtp: 1_200,
  'smtp-starttls': 200,
};

interface Contender {
  readonly id: ContenderId;
  measure(round: Round): Promise<Measured>;
}

export interface CostOptions {
  /** The program that runs the bare sockets and our own code. */
  readonly node: string;
  /** Path of the program; absent: not compared with. */
  readonly blackbox: string | undefined;
  /** These exchanges; all that there are servers for when empty. */
  readonly only: readonly ExchangeId[];
  readonly tell: (what: string) => void;
}

/** Starts a process for each contender and measures all of them, exchange by exchange. */
export async function measureCosts(
  folder: string,
  site: Site,
  { node, blackbox: blackboxProgram, only, tell }: CostOptions,
): Promise<ExchangeCosts[]> {
  const ids = ['bare', 'probe', 'check'] as const;
  const subjects = await Promise.all(ids.map((id) => startSubject(id, folder, site, node)));
  const blackbox =
    blackboxProgram === undefined ? undefined : await startBlackbox(blackboxProgram, folder, site);
  const contenders: Contender[] = [...subjects, ...(blackbox ? [contender(blackbox)] : [])];
  try {
    const all: ExchangeCosts[] = [];
    const chosen = EXCHANGES.filter((id) => (only.length === 0 || only.includes(id)) && site.ports[id] !== 0);
    const end = performance.now() + BUDGET_MS;
    for (const [at, exchange] of chosen.entries()) {
      tell(`CPU of ${exchange}`);
      const now = performance.now();
      all.push(await compare(exchange, contenders, now + (end - now) / (chosen.length - at)));
    }
    return all;
  } finally {
    for (const { stop } of subjects) stop();
    blackbox?.close();
  }
}

const contender = (blackbox: Blackbox): Contender => ({ id: 'blackbox', measure: blackbox.measure });

async function startSubject(id: ContenderId, folder: string, site: Site, node: string) {
  const { child } = await forkProcess(folder, 'subject', [id, JSON.stringify(site)], node);
  return {
    id,
    measure: async (round: Round): Promise<Measured> => {
      child.send(round);
      return (await reply(child)) as Measured;
    },
    stop: () => child.disconnect(),
  };
}

/** @param until no further round begins after this (monotonic ms), unless there were too few */
async function compare(
  exchange: ExchangeId,
  contenders: readonly Contender[],
  until: number,
): Promise<ExchangeCosts> {
  const rounds = new Map<ContenderId, Measured[]>(contenders.map(({ id }) => [id, []]));
  const measure = async ({ id, measure: once }: Contender, count: number): Promise<Measured> => {
    const measured = await once({ exchange, count, concurrency: CONCURRENCY });
    if (measured.failed > 0) throw new Error(`${id}: ${measured.failed} of ${count} ${exchange} failed`);
    return measured;
  };
  await Promise.all(
    contenders.map((one) => measure(one, one.id === 'blackbox' ? BLACKBOX_WARM_UP : WARM_UP[exchange])),
  );
  const count = COUNTS[exchange];
  for (let number = 0; number < MOST_ROUNDS; number += 1) {
    if (number >= FEWEST_ROUNDS && performance.now() > until) break;
    // The first one of the last round is the last one now: a load that rises or falls has the same effect on all.
    const order = number % 2 === 0 ? contenders : contenders.toReversed();
    for (const one of order) rounds.get(one.id)?.push(await measure(one, count));
  }
  const costs: Partial<Record<ContenderId, Cost>> = {};
  for (const [id, measured] of rounds) {
    costs[id] = {
      cpuMs: median(measured.map(({ cpuMs }) => cpuMs / count)),
      perSecond: median(measured.map(({ wallMs }) => (count / wallMs) * 1_000)),
    };
  }
  const ratio: ExchangeCosts['ratio'] = (of, to) => {
    const ours = rounds.get(of) ?? [];
    const theirs = rounds.get(to);
    return theirs && median(ours.map(({ cpuMs }, at) => cpuMs / (theirs[at]?.cpuMs ?? Number.NaN)));
  };
  return { exchange, rounds: rounds.get('bare')?.length ?? 0, costs, ratio };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
