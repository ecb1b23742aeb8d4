/** Many exchanges side by side, each held to the laws, with handles counted before and after. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Observation } from '../../lib/kinds/observation.ts';
import type { ProbeRegistry } from '../../lib/kinds/probes.ts';
import { openDatagramStage } from './datagram-stage.ts';
import { type Exchange, type Lane, prepare } from './exchange.ts';
import { noteUnderWay, nothingUnderWay, REPORTS } from './flight-recorder.ts';
import { judgeFormats, judgeLaws } from './judge.ts';
import type { FuzzedKind } from './kinds.ts';
import { saidAnythingRight } from './oracle.ts';
import { createRandom } from './random.ts';
import { openStage } from './stage.ts';
import { tlsMaker } from './tls-stage.ts';

export interface FuzzOptions {
  readonly seed: string;
  readonly probes: ProbeRegistry;
  /** Exchanges of each kind. */
  readonly counts: Readonly<Partial<Record<FuzzedKind, number>>>;
  /** Exchanges at one time. */
  readonly lanes: number;
  /** Only this one, by its number, to look at a failure. */
  readonly only?: number;
  /** How long after its budget a probe is waited for, ms. */
  readonly hangMs?: number;
  /** Keep each failure in a file, for replay. */
  readonly save?: boolean;
  /** How long handles have to go away, ms. */
  readonly leakMs?: number;
}

export interface Failure {
  readonly kind: FuzzedKind;
  readonly index: number;
  readonly problem: string;
  /** The file that holds seed, story and what the server sent. */
  readonly saved?: string;
}

export interface FuzzResult {
  readonly exchanges: number;
  readonly failures: readonly Failure[];
  /** `smtp open`, `smtp broken smtp.not-smtp`… and how often. */
  readonly seen: ReadonlyMap<string, number>;
  /** True exchanges that were not found `open`, by kind. */
  readonly soundNotOpen: readonly string[];
  /** What is still open after all is over: resources of Node, and file descriptors. */
  readonly leaked: readonly string[];
}

/** Failures are saved, all of them are counted; after this many the rest shows nothing new. */
const MAX_FAILURES = 25;
/** A probe that is not back so long after its budget hangs: far beyond what a busy machine adds. */
const HANG_MS = 60_000;
/** Sockets in TIME_WAIT hold no descriptor, so a second would do; a machine under load gets more. */
const LEAK_MS = 60_000;
/** Every so many exchanges the observation is written in all formats. */
const FORMATS_EVERY = 40;
/** The event loop's own delay is no fault of a probe; neither is the clock's grain. */
const GRAIN_MS = 60;

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, counts, only } = options;
  const tls = await tlsMaker();
  const lanes = await Promise.all(
    Array.from(
      { length: options.lanes },
      async (): Promise<Lane> => ({
        stage: await openStage(),
        datagrams: await openDatagramStage(),
        tls,
      }),
    ),
  );
  const failures: Failure[] = [];
  const seen = new Map<string, number>();
  const soundNotOpen: string[] = [];
  let exchanges = 0;

  const underWay = new Map<Exchange, readonly [FuzzedKind, number]>();
  const onUnhandled = (reason: unknown): void => {
    const near = [...underWay.values()].map(([kind, index]) => `${kind} ${index}`).join(', ');
    failures.push({ kind: 'tcp', index: -1, problem: `unhandled: ${String(reason)}, near ${near}` });
  };
  process.on('unhandledRejection', onUnhandled);
  process.on('uncaughtException', onUnhandled);

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();

  /** Exchanges that went beyond their budget beside others, which took their time: they are made again alone. */
  const lateOnes: [FuzzedKind, number][] = [];
  const one = async (kind: FuzzedKind, index: number, lane: Lane, isAlone = false): Promise<void> => {
    const random = createRandom(`${seed} ${kind} ${index}`);
    const exchange = prepare(kind, random, lane);
    underWay.set(exchange, [kind, index]);
    noteUnderWay(
      [...underWay].map(
        ([{ story }, [of, number]]) => `FUZZ_SEED=${seed} FUZZ_CASE=${of}:${number} (${story})`,
      ),
    );
    try {
      const observation = await withinTime(
        exchange.run(options.probes),
        exchange.spec.timeoutMs,
        options.hangMs ?? HANG_MS,
      );
      await lane.stage.empty();
      const late =
        observation.timings.total - exchange.spec.timeoutMs * 1.1 - GRAIN_MS - 4 * (delay.max / 1e6);
      if (late > 0 && isAlone)
        throw new Error(`late: took ${observation.timings.total} ms of ${exchange.spec.timeoutMs} ms`);
      if (late > 0) lateOnes.push([kind, index]);
      const right = saidAnythingRight(kind, exchange.sent);
      const { state, cause } = judgeLaws(observation, exchange.endpoint, right);
      if (exchanges % FORMATS_EVERY === 0) await judgeFormats(observation, exchange.endpoint);
      count(seen, `${kind} ${state} ${cause}`.trim());
      if (exchange.sound && state !== 'open')
        soundNotOpen.push(`${kind} ${index}: ${exchange.story}: ${state} ${cause}`);
    } catch (error) {
      await lane.stage.empty();
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const saved = options.save === true ? { saved: save(seed, kind, index, exchange, problem) } : {};
      failures.push({ kind, index, problem, ...saved });
    } finally {
      underWay.delete(exchange);
      exchanges += 1;
    }
  };

  // The first of each kind pays for what is loaded once, so handles are counted after it.
  const cases = shuffledCases(counts, seed).filter(([, index]) => only === undefined || index === only);
  const [warmLane] = lanes;
  if (warmLane !== undefined)
    for (const kind of Object.keys(counts) as FuzzedKind[]) await one(kind, counts[kind] ?? 0, warmLane);
  exchanges -= Object.keys(counts).length;
  const before = await settledHandles();

  let next = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (next < cases.length && failures.length < MAX_FAILURES) {
        const [kind, index] = cases[next++] ?? ['tcp', -1];
        await one(kind, index, lane);
      }
    }),
  );

  if (warmLane !== undefined)
    for (const [kind, index] of lateOnes.slice(0, MAX_FAILURES)) {
      delay.reset();
      await one(kind, index, warmLane, true);
      exchanges -= 1;
    }

  nothingUnderWay();
  const leaked = await leakedSince(before, options.leakMs ?? LEAK_MS);
  delay.disable();
  process.removeListener('unhandledRejection', onUnhandled);
  process.removeListener('uncaughtException', onUnhandled);
  await Promise.all(lanes.flatMap(({ stage, datagrams }) => [stage.close(), datagrams.close()]));
  return { exchanges, failures, seen, soundNotOpen, leaked };
}

/** All kinds in turn, so that the slow ones do not come last. */
function shuffledCases(counts: FuzzOptions['counts'], seed: string): [FuzzedKind, number][] {
  const all = (Object.entries(counts) as [FuzzedKind, number][]).flatMap(([kind, many]) =>
    Array.from({ length: many }, (_, index): [FuzzedKind, number] => [kind, index]),
  );
  const random = createRandom(seed);
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    const [a, b] = [all[at], all[other]];
    if (a !== undefined && b !== undefined) [all[at], all[other]] = [b, a];
  }
  return all;
}

function withinTime(probe: Promise<Observation>, timeoutMs: number, hangMs: number): Promise<Observation> {
  return new Promise((resolve, reject) => {
    const give = (): void =>
      reject(new Error(`hangs: not back ${hangMs} ms after its budget of ${timeoutMs} ms`));
    const timer = setTimeout(give, timeoutMs + hangMs);
    probe.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

const count = (seen: Map<string, number>, key: string): void => void seen.set(key, (seen.get(key) ?? 0) + 1);

/** Node's resources and the process's descriptors, by kind. */
function handles(): Map<string, number> {
  const now = new Map<string, number>();
  // Immediates and timers of the loop itself come and go; a leaked timer shows as one that stays.
  for (const kind of process.getActiveResourcesInfo()) count(now, kind);
  now.set('file descriptors', readdirSync('/proc/self/fd').length);
  return now;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Handles once they have stopped changing. */
async function settledHandles(): Promise<Map<string, number>> {
  for (let tries = 0; ; tries += 1) {
    const before = handles();
    await pause(100);
    const after = handles();
    if (tries >= 10 || [...after].every(([kind, number]) => before.get(kind) === number)) return after;
  }
}

/** What there is more of than before, given some seconds to go away. */
async function leakedSince(before: ReadonlyMap<string, number>, leakMs: number): Promise<string[]> {
  for (let waited = 0; ; waited += 200) {
    const grown = [...handles()]
      .filter(([kind, number]) => number > (before.get(kind) ?? 0))
      .map(([kind, number]) => `${kind}: ${before.get(kind) ?? 0} → ${number}`);
    if (grown.length === 0 || waited >= leakMs) return grown;
    await pause(200);
  }
}

/** Seed, story and bytes of a failure, for replay and for a regression test. */
function save(seed: string, kind: FuzzedKind, index: number, exchange: Exchange, problem: string): string {
  mkdirSync(REPORTS, { recursive: true });
  const { sent, story, spec } = exchange;
  const texts = (list: readonly Buffer[]): string[] =>
    list.slice(0, 200).map((bytes) => bytes.toString('base64'));
  const file = `${REPORTS}${kind}-${seed}-${index}.json`;
  const bytes = { clear: texts(sent.clear), secure: texts(sent.secure), datagrams: texts(sent.datagrams) };
  writeFileSync(
    file,
    `${JSON.stringify({ replay: { seed, kind, index }, story, problem, spec, ...bytes }, null, 1)}\n`,
  );
  return file;
}
