/** Which hops are asked, how often, and what their answers prove of where a way ends. Packets and time are the caller's. */
import type { PathHop, PathTrace } from '../model/kernel-evidence.ts';

export interface AskOptions {
  /** The least that an answer is waited for, ms. */
  readonly leastMs: number;
  /** Time that has to be left after it, ms. */
  readonly leaveMs: number;
}

/** Asks one hop; `undefined`: there is no time left, or no packet can be sent. */
export type Ask = (ttl: number, options: AskOptions) => Promise<PathHop | undefined>;

type Walked = Pick<PathTrace, 'hops' | 'last' | 'reaches'>;
type Router = NonNullable<PathTrace['last']>;

/** As traceroute's own. */
const MOST_HOPS = 30;
/** Routers that do not answer are common, so many one after the other are not. */
const SILENT_IN_A_ROW = 3;
/**
 * Tries of each hop at the end before its silence counts. Where every tenth packet is lost, a fifth of all answers is: twice in a row for every 28th
 * hop, five times for every 4,000th.
 */
const SILENT_TRIES = 5;
/** A row of routers that never answer can be longer; so many hops behind it are asked as well, as far as there is time. */
const LOOK_AHEAD = 3;
/** Tries for the second answer of a router. */
const AGREEING_TRIES = 3;
const LEAST_WAIT_MS = 250;
/** The second try of a silent hop waits longer: the next router may be an ocean away. */
const LONG_WAIT_MS = 500;
/** The longest wait for one answer, ms. */
export const MOST_WAIT_MS = 800;

/** For the second answer of the last router there is time at the end. */
const ONWARD: AskOptions = { leastMs: LEAST_WAIT_MS, leaveMs: MOST_WAIT_MS };
const ONCE_MORE: AskOptions = { leastMs: LONG_WAIT_MS, leaveMs: MOST_WAIT_MS };
const AGAIN: AskOptions = { leastMs: LEAST_WAIT_MS, leaveMs: 0 };

/**
 * Walks until the address itself answers, something rejects, nobody answers three times running, or the time is up. The last router that answered is
 * asked once more: both answers must have the same address. `last`: each of the three hops behind it was silent in five tries. `reaches`:
 * there was no time for that, so packets get at least there. Some hops behind those three are asked, too: what answers there is followed.
 */
export async function walkPath(ask: Ask): Promise<Walked> {
  const hops: PathHop[] = [];
  let agreed: Router | undefined;
  for (;;) {
    const end = await walkOn(hops, ask);
    if (end === 'answered' || end === 'endless') return { hops };
    const router = lastRouter(hops);
    if (router === undefined) return { hops };
    if (agreed?.ttl !== router.ttl) {
      const answer = await askAgain(router, ask);
      if (answer === 'other') return { hops };
      if (answer === 'none') return { hops, ...(agreed && { reaches: agreed }) };
      agreed = router;
    }
    if (end === 'time is up') return { hops, reaches: agreed };
    const next = await firstThatAnswers(hopsBehind(hops, 1), ask, AGAIN);
    const beyond = next === 'none' ? await keepAsking(hops.slice(-SILENT_IN_A_ROW), ask) : next;
    if (beyond === undefined) return { hops, reaches: agreed };
    const found =
      beyond === 'none' ? await firstThatAnswers(hopsBehind(hops, LOOK_AHEAD), ask, AGAIN) : beyond;
    // Where there was no time to look further, the three hops have been asked as often as it takes.
    if (found === undefined || found === 'none') return { hops, last: agreed };
    put(hops, found);
  }
}

/** Hops behind the last that was asked; none beyond the most. */
const hopsBehind = ({ length }: readonly PathHop[], many: number): PathHop[] =>
  Array.from({ length: Math.max(0, Math.min(many, MOST_HOPS - length)) }, (_, index) => ({
    ttl: length + 1 + index,
    answer: 'silent',
  }));

/** In its place; what was between is silent, and what was behind it is asked again. */
function put(hops: PathHop[], found: PathHop): void {
  hops.push(...hopsBehind(hops, found.ttl - 1 - hops.length));
  hops.splice(found.ttl - 1, MOST_HOPS, found);
}

/** `answered`: by the address itself, or by who rejects. `silent`: the last three hops, twice each. */
type WalkEnd = 'answered' | 'endless' | 'silent' | 'time is up';

/** Adds hops to those that are known. */
async function walkOn(hops: PathHop[], ask: Ask): Promise<WalkEnd> {
  for (;;) {
    const answer = hops.at(-1)?.answer;
    if (answer === 'reached' || answer === 'rejected') return 'answered';
    if (hops.length >= MOST_HOPS) return 'endless';
    const hop = await ask(hops.length + 1, ONWARD);
    if (hop === undefined) return 'time is up';
    hops.push(hop);
    if (silentAtEnd(hops) < SILENT_IN_A_ROW) continue;
    const later = await firstThatAnswers(hops.slice(-SILENT_IN_A_ROW), ask, ONCE_MORE);
    if (later === 'none') return 'silent';
    if (later === undefined) return 'time is up';
    put(hops, later);
  }
}

const silentAtEnd = (hops: readonly PathHop[]): number =>
  hops.length - 1 - hops.findLastIndex(({ answer }) => answer !== 'silent');

function lastRouter(hops: readonly PathHop[]): Router | undefined {
  const { ttl, from } = hops.findLast(({ answer }) => answer === 'passed') ?? {};
  return ttl === undefined || from === undefined ? undefined : { ttl, from };
}

/** `other`: another one answers in its place. */
async function askAgain({ ttl, from }: Router, ask: Ask): Promise<'same' | 'other' | 'none'> {
  for (let time = 1; time <= AGREEING_TRIES; time += 1) {
    const hop = await ask(ttl, AGAIN);
    if (hop === undefined) return 'none';
    if (hop.answer !== 'silent') return hop.answer === 'passed' && hop.from === from ? 'same' : 'other';
  }
  return 'none';
}

/** In turn, so that the tries of one hop are apart: loss comes in bursts, and routers limit how often they answer. */
async function keepAsking(silent: readonly PathHop[], ask: Ask): Promise<PathHop | 'none' | undefined> {
  for (let time = 3; time <= SILENT_TRIES; time += 1) {
    const later = await firstThatAnswers(silent, ask, AGAIN);
    if (later !== 'none') return later;
  }
  return 'none';
}

/** `none`: all of them are silent once more; `undefined`: it could not be asked. */
async function firstThatAnswers(
  silent: readonly PathHop[],
  ask: Ask,
  options: AskOptions,
): Promise<PathHop | 'none' | undefined> {
  for (const { ttl } of silent) {
    const hop = await ask(ttl, options);
    if (hop === undefined || hop.answer !== 'silent') return hop;
  }
  return 'none';
}
