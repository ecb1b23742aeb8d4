/** Where packets to a port end: SYNs with rising time to live, each with the same addresses and ports. */
import type { IcmpError, PathHop, PathTrace } from '../model/kernel-evidence.ts';
import { abortOnClose } from './kernel/options.ts';
import type { SocketAddress } from './kernel/socket-address.ts';
import { type RawConnect, type RawSetup, rawConnect } from './raw-connect.ts';

export interface TraceOptions {
  readonly timeoutMs: number;
  readonly from?: SocketAddress;
}

/** As traceroute's own. */
const MOST_HOPS = 30;
/** Routers that do not answer are common, one after the other are not. */
const SILENT_IN_A_ROW = 3;
/** Longest wait for one answer: three times the slowest one so far, in these bounds, ms. */
const LEAST_WAIT_MS = 250;
const MOST_WAIT_MS = 800;

/**
 * Walks until the address itself answers, something rejects, nobody answers three times running, or the time is up. Of hops that were silent at
 * the end each is asked once more, with the longest wait: a packet may be lost, and the next router be an ocean away. The last router that answered is
 * asked once more, too. `last` says that the way ended in silence twice, and that the router answered twice, with the same address. Never rejects.
 */
export async function tracePath(
  address: string,
  port: number,
  { timeoutMs, from }: TraceOptions,
  setup: RawSetup,
): Promise<PathTrace> {
  const { clock, deadline } = setup;
  const end = clock.monotonic() + timeoutMs;
  let flow = from;
  let slowest = 0;

  const ask = async (ttl: number, leastMs: number): Promise<PathHop | undefined> => {
    const left = end - clock.monotonic();
    const wait = Math.min(MOST_WAIT_MS, Math.max(leastMs, 3 * slowest));
    // What has less time than that would be silent by our own haste.
    if (left < wait || deadline.aborted) return undefined;
    const options = { timeoutMs: wait, timeToLive: ttl, ...(flow && { from: flow }) };
    const made = await rawConnect(address, port, options, setup);
    if (made.status === 'connected') {
      abortOnClose(setup.calls, made.fd);
      setup.calls.close(made.fd);
    }
    if (made.status === 'deadline' || made.atOnce) return undefined;
    flow ??= made.local;
    const hop = hopOf(ttl, made, address);
    if (hop.answer !== 'silent') slowest = Math.max(slowest, made.ms);
    return hop;
  };
  const { hops, endsInSilence } = await walk(ask);
  const { ttl, from: router } = hops.findLast(({ answer }) => answer === 'passed') ?? {};
  if (!endsInSilence || ttl === undefined || router === undefined) return { port, hops };
  const again = await ask(ttl, LEAST_WAIT_MS);
  const agrees = again?.answer === 'passed' && again.from === router;
  return { port, hops, ...(agrees && { last: { ttl, from: router } }) };
}

interface Walk {
  readonly hops: PathHop[];
  /** Nobody answered behind the last one that did, in two tries of each hop. */
  readonly endsInSilence: boolean;
}

/** @param ask one hop; `undefined`: there is no time left, or no packet can be sent */
async function walk(ask: (ttl: number, leastMs: number) => Promise<PathHop | undefined>): Promise<Walk> {
  const hops: PathHop[] = [];
  const silentAtEnd = (): number => hops.length - 1 - hops.findLastIndex(({ answer }) => answer !== 'silent');
  const ended = (): boolean => hops.at(-1)?.answer === 'reached' || hops.at(-1)?.answer === 'rejected';
  while (hops.length < MOST_HOPS && !ended()) {
    const hop = await ask(hops.length + 1, LEAST_WAIT_MS);
    if (hop === undefined) break;
    hops.push(hop);
    if (silentAtEnd() < SILENT_IN_A_ROW) continue;
    const later = await firstThatAnswers(hops.slice(-SILENT_IN_A_ROW), ask);
    if (later === 'none') return { hops, endsInSilence: true };
    if (later === undefined) break;
    hops.splice(later.ttl - 1, MOST_HOPS, later);
  }
  return { hops, endsInSilence: false };
}

/** `none`: all of them are silent once more; `undefined`: it could not be asked. */
async function firstThatAnswers(
  silent: readonly PathHop[],
  ask: (ttl: number, leastMs: number) => Promise<PathHop | undefined>,
): Promise<PathHop | 'none' | undefined> {
  for (const { ttl } of silent) {
    const hop = await ask(ttl, MOST_WAIT_MS);
    if (hop === undefined || hop.answer !== 'silent') return hop;
  }
  return 'none';
}

/** ICMP time exceeded (RFC 792) and ICMPv6 time exceeded (RFC 4443 §3.3). */
const isTimeExceeded = ({ version, type }: IcmpError): boolean => type === (version === 4 ? 11 : 3);

function hopOf(ttl: number, { status, code, icmp, ms }: RawConnect, address: string): PathHop {
  if (icmp !== undefined)
    return { ttl, answer: isTimeExceeded(icmp) ? 'passed' : 'rejected', from: icmp.from, ms };
  if (status === 'connected' || code === 'ECONNREFUSED') return { ttl, answer: 'reached', from: address, ms };
  return { ttl, answer: 'silent' };
}
