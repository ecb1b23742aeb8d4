/** Where packets to a port end: SYNs with rising time to live, each with the same addresses and ports. */
import type { IcmpError, PathHop, PathTrace } from '../model/kernel-evidence.ts';
import { abortOnClose } from './kernel/options.ts';
import type { SocketAddress } from './kernel/socket-address.ts';
import { type Ask, MOST_WAIT_MS, walkPath } from './path-walk.ts';
import { type RawConnect, type RawSetup, rawConnect } from './raw-connect.ts';

export interface TraceOptions {
  readonly timeoutMs: number;
  readonly from?: SocketAddress;
}

/** Follows the way as `walkPath` does, one packet at a time: two of the same ports can't be under way together. Never rejects. */
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

  const ask: Ask = async (ttl, { leastMs, leaveMs }) => {
    const left = end - clock.monotonic() - leaveMs;
    const wait = Math.min(MOST_WAIT_MS, Math.max(leastMs, 2 * slowest));
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
  return { port, ...(await walkPath(ask)) };
}

/** ICMP time exceeded (RFC 792) and ICMPv6 time exceeded (RFC 4443 §3.3). */
const isTimeExceeded = ({ version, type }: IcmpError): boolean => type === (version === 4 ? 11 : 3);

function hopOf(ttl: number, { status, code, icmp, ms }: RawConnect, address: string): PathHop {
  if (icmp !== undefined)
    return { ttl, answer: isTimeExceeded(icmp) ? 'passed' : 'rejected', from: icmp.from, ms };
  if (status === 'connected' || code === 'ECONNREFUSED') return { ttl, answer: 'reached', from: address, ms };
  return { ttl, answer: 'silent' };
}
