/** A dial whose connection the kernel is asked about: the same guard and the same result as the usual one, and evidence beside it. */
import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { KernelEvidence, StreamCounters } from '../model/kernel-evidence.ts';
import { classifyConnectError, type DialSetup } from './dial.ts';
import { abortOnClose, tcpInfo } from './kernel/options.ts';
import type { Syscalls } from './kernel/syscalls.ts';
import { awaitsAck, retransmissionsIn, streamCounters } from './kernel/tcp-info.ts';
import type { DialResult, GuardedDial, WatchedDial } from './network-access.ts';
import { type RawConnect, type RawConnectOptions, rawConnect } from './raw-connect.ts';

export interface WatchedSetup extends DialSetup {
  readonly calls: Syscalls;
  /** For every dial after the first: a probe's own further connections are not what has to be explained. */
  readonly dial: GuardedDial;
}

/**
 * Watches the first connection to `address` and `port`; all else is left to the usual dial.
 *
 * A second descriptor of the connected socket keeps its counters readable after the probe has closed it, and the connection with them: `release()` has to
 * be called when the probe is done.
 */
export function watchDial(
  address: string,
  port: number,
  setup: WatchedSetup,
  options: Pick<RawConnectOptions, 'maxSegment'> = {},
): WatchedDial {
  const { guard, deadline, calls } = setup;
  let first = true;
  let released = false;
  let spare: number | undefined;
  let seen: RawConnect | undefined;

  const dial: GuardedDial = async (to, toPort, dialOptions) => {
    // The probe was given up: what it opens now nobody would close.
    if (released) return { ok: false, result: { status: 'deadline' }, ms: 0 };
    if (!first || to !== address || toPort !== port) return setup.dial(to, toPort, dialOptions);
    first = false;
    const range = guard(to);
    if (range !== undefined) return { ok: false, result: { status: 'refused-by-guard', range }, ms: 0 };
    if (deadline.aborted) return { ok: false, result: { status: 'deadline' }, ms: 0 };
    const made = await rawConnect(to, toPort, { timeoutMs: dialOptions.timeoutMs, ...options }, setup);
    seen = made;
    if (made.status !== 'connected') return dialFailed(made);
    if (released) {
      abortOnClose(calls, made.fd);
      calls.close(made.fd);
      return { ok: false, result: { status: 'deadline' }, ms: made.ms, ...localEnd(made) };
    }
    const duplicate = calls.duplicate(made.fd);
    if (duplicate >= 0) spare = duplicate;
    return dialConnected(made, dialOptions.noDelay ?? true);
  };

  return {
    dial,
    async evidence(how) {
      const stream = spare === undefined ? undefined : await streamAt(spare, setup, how?.briefly === true);
      return seen === undefined || seen.atOnce ? undefined : evidenceOf(seen, stream);
    },
    release() {
      released = true;
      if (spare !== undefined) calls.close(spare);
      spare = undefined;
    },
  };
}

async function streamAt(
  fd: number,
  setup: WatchedSetup,
  briefly: boolean,
): Promise<StreamCounters | undefined> {
  const stream = streamCounters(tcpInfo(setup.calls, fd));
  if (stream === undefined || stream.ended || briefly) return stream;
  const { sentBytes, ackedBytes, receivedBytes } = stream;
  if (receivedBytes > 0 || sentBytes === 0 || ackedBytes < sentBytes) return stream;
  const finAcknowledged = await endSending(fd, setup);
  return { ...stream, ...(finAcknowledged !== undefined && { finAcknowledged }) };
}

/** How long the acknowledgement of a FIN is waited for, ms. */
const FIN_MS = 2_000;
const FIN_PAUSE_MS = 20;
/** Fewer may be lost by chance. */
const LEAST_RETRANSMISSIONS = 3;

/** Sends a FIN: does the way still carry packets? `undefined`: not known in that time. */
async function endSending(
  fd: number,
  { calls, clock, deadline }: WatchedSetup,
): Promise<boolean | undefined> {
  const before = retransmissionsIn(tcpInfo(calls, fd)) ?? 0;
  const end = clock.monotonic() + FIN_MS;
  calls.endSending(fd);
  for (;;) {
    const info = tcpInfo(calls, fd);
    if (info.length === 0) return undefined;
    if (!awaitsAck(info)) return true;
    // The last of them gets its time as well.
    if (clock.monotonic() >= end || deadline.aborted)
      return (retransmissionsIn(info) ?? 0) - before >= LEAST_RETRANSMISSIONS ? false : undefined;
    await setTimeout(FIN_PAUSE_MS);
  }
}

function evidenceOf(
  { status, code, syns, icmp, tellsIcmp }: RawConnect,
  stream: StreamCounters | undefined,
): KernelEvidence {
  return {
    syns: [...syns],
    // Where the kernel keeps ICMP errors, each is in the queue; what refused without one is a RST.
    ...(status === 'failed' && code === 'ECONNREFUSED' && tellsIcmp && icmp === undefined && { reset: true }),
    ...(icmp && { icmp }),
    ...(stream && { stream }),
  };
}

const localEnd = ({ local }: RawConnect) =>
  local === undefined ? {} : { localAddress: local.address, localPort: local.port };

function dialFailed(made: RawConnect): DialResult {
  const { status, code, atOnce, ms } = made;
  if (status === 'timeout' || status === 'deadline')
    return { ok: false, result: { status }, ms, ...localEnd(made) };
  return { ok: false, result: classifyConnectError(code, atOnce), ms, ...localEnd(made) };
}

function dialConnected(made: RawConnect, noDelay: boolean): DialResult {
  const socket = new Socket({ fd: made.fd, readable: true, writable: true });
  socket.setNoDelay(noDelay);
  // Stays as long as the socket exists: without a listener a late RST would end the process.
  socket.on('error', ignoreError);
  return { ok: true, socket, ms: made.ms, ...localEnd(made) };
}

function ignoreError(): void {}
