import type { Socket } from 'node:net';
import type { ProbeContext } from '../../kinds/contract/probe.ts';
import type { Silence } from '../../kinds/contract/reading.ts';
import { datagramKind } from '../../kinds/datagram-kind.ts';
import { descriptorOf } from '../../kinds/descriptors.ts';
import { isLookup } from '../../kinds/lookup.ts';
import type { Observation } from '../../kinds/observation.ts';
import type { ProbeRegistry } from '../../kinds/probes.ts';
import { readingFor } from '../../kinds/readings.ts';
import type { ControlResult } from '../../model/plan.ts';
import { isoTime } from '../../net/clock.ts';
import { offDeadline, onDeadline } from '../../net/deadline.ts';
import { deferredTimeout } from '../../net/deferred-timeout.ts';
import { hostPort } from '../../net/host-port.ts';
import { timely } from '../../net/lag.ts';
import { printable } from '../../net/printable.ts';
import type { ControlHost } from './default-controls.ts';

const CONNECT_MS = 5_000;
/** A mail server may delay its greeting by 6 s (POSTSCREEN_README). */
const BANNER_MS = 8_000;
const MAX_ADDRESSES = 3;

interface Proof {
  readonly result: ControlResult;
  readonly tried: boolean;
}

interface Outcome {
  readonly ok: boolean;
  /** False: no packet was sent, or the run ended, so nothing is proven either way. */
  readonly tried: boolean;
  readonly detail: string;
}

/**
 * Tries one control host over one family: up to three of its addresses at the same time, the first that answers counts. Port 25
 * needs bytes (networks that block 25 are known to answer the handshake themselves), other TCP ports a connect, UDP
 * ports an answer in their protocol. Goes through the guard like every dial. Never rejects.
 */
export async function proveControl(
  control: ControlHost,
  silence: Silence,
  context: ProbeContext,
  probes: ProbeRegistry,
): Promise<Proof> {
  const at = isoTime(context.clock.now());
  const { outcome: tried, late } = await timely(() => tryHost(control, silence, context, probes), {
    budgetMs: CONNECT_MS,
    restsOnTime: ({ ok, tried }) => tried && !ok,
    deadline: context.deadline,
  });
  // A control whose answer this prober read too late proves no block.
  const outcome =
    late === undefined
      ? tried
      : untried(`not tried to the end: this prober itself was late by ${late.ms} ms; ${tried.detail}`);
  return {
    tried: outcome.tried,
    result: {
      port: silence.port,
      family: silence.family,
      ...(silence.transport === 'udp' && { transport: 'udp' as const }),
      target: hostPort(control.host, control.port),
      ok: outcome.ok,
      detail: outcome.detail,
      at,
    },
  };
}

async function tryHost(
  control: ControlHost,
  silence: Silence,
  context: ProbeContext,
  probes: ProbeRegistry,
): Promise<Outcome> {
  const dns = await context.resolver.addresses(control.host, control.port);
  const addresses = dns.addresses.filter(({ family }) => family === silence.family).slice(0, MAX_ADDRESSES);
  if (addresses.length === 0) {
    const codes = dns.answers.map(({ type, code }) => `${type} ${code}`).join(', ');
    return untried(`not tried: no IPv${silence.family} address for ${control.host}${codes && ` (${codes})`}`);
  }
  const attempts = addresses.map(({ address }) =>
    silence.transport === 'udp'
      ? tryDatagram(control, address, silence, context, probes)
      : tryTcp(address, control.port, silence.port === 25, context),
  );
  const firstOk = Promise.any(
    attempts.map(async (attempt) => {
      const outcome = await attempt;
      return outcome.ok ? outcome : Promise.reject(outcome);
    }),
  ).catch(() => undefined);
  const ok = await firstOk;
  if (ok) return ok;
  const failed = await Promise.all(attempts);
  return {
    ok: false,
    tried: failed.some(({ tried }) => tried),
    detail: failed.map(({ detail }) => detail).join('; '),
  };
}

async function tryTcp(
  address: string,
  port: number,
  needsBanner: boolean,
  context: ProbeContext,
): Promise<Outcome> {
  const dialled = await context.dial(address, port, { timeoutMs: CONNECT_MS });
  if (!dialled.ok) {
    switch (dialled.result.status) {
      case 'refused-by-guard':
        return untried(`not tried: ${address} is ${dialled.result.range}`);
      case 'deadline':
        return untried('not tried: the run ended');
      case 'timeout':
        return failed(`${address} did not answer in ${dialled.ms} ms`);
      case 'refused':
      case 'unreachable':
      case 'reset':
        return failed(`${address}: ${dialled.result.status} (${dialled.result.code}) after ${dialled.ms} ms`);
      default:
        return dialled.result satisfies never;
    }
  }
  if (!needsBanner) {
    dialled.socket.destroy();
    return { ok: true, tried: true, detail: `${address} connected in ${dialled.ms} ms` };
  }
  const banner = await firstLine(dialled.socket, context.deadline);
  if (banner === undefined && context.deadline.aborted) return untried('not tried to the end: the run ended');
  return banner === undefined
    ? failed(`${address} connected in ${dialled.ms} ms but gave no banner in ${BANNER_MS} ms`)
    : { ok: true, tried: true, detail: `${address} connected in ${dialled.ms} ms and said: ${banner}` };
}

/** A control over UDP is a host asked in the protocol of the port. */
async function tryDatagram(
  control: ControlHost,
  address: string,
  { family, port }: Silence,
  context: ProbeContext,
  probes: ProbeRegistry,
): Promise<Outcome> {
  const kind = datagramKind(port);
  if (kind === undefined) return untried(`not tried: no question to ask on UDP ${port}`);
  const observation: Observation = await probes[kind](
    {
      endpointId: `control ${kind}://${hostPort(control.host, control.port)}`,
      kind,
      host: control.host,
      port: control.port,
      address,
      family,
      timeoutMs: Math.min(CONNECT_MS, descriptorOf(kind).timeoutMs),
      expect: 'open',
    },
    context,
  );
  const { total } = observation.timings;
  if (readingFor(kind).peerAnswered(observation))
    return { ok: true, tried: true, detail: `${address} answered in ${total} ms` };
  if (isLookup(observation)) return untried('not tried: a name was asked for, not a host');
  if (!('connect' in observation)) return untried('not tried: it asks about a name');
  const { connect } = observation;
  if (connect.status === 'refused-by-guard') return untried(`not tried: ${address} is ${connect.range}`);
  if (connect.status === 'deadline') return untried('not tried: the run ended');
  return failed(`${address} did not answer in ${total} ms (${connect.status})`);
}

const untried = (detail: string): Outcome => ({ ok: false, tried: false, detail });
const failed = (detail: string): Outcome => ({ ok: false, tried: true, detail });

/** The first bytes of a mail server's greeting, then QUIT, so that it doesn't see a client that closes without a command. */
function firstLine(socket: Socket, deadline: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let over = false;
    const end = (): void => {
      over = true;
      clearTimeout(timer);
      offDeadline(deadline, fail);
      socket.off('data', onData).off('end', fail).off('close', fail);
    };
    const fail = (): void => {
      if (over) return;
      end();
      socket.destroy();
      resolve(undefined);
    };
    const onData = (bytes: Buffer): void => {
      end();
      socket.end('QUIT\r\n', () => socket.destroy());
      resolve(printable(bytes.subarray(0, 200), 200).trimEnd());
    };
    const timer = setTimeout(deferredTimeout(fail), BANNER_MS);
    onDeadline(deadline, fail);
    // An error is followed by `close`; the dial's own listener keeps it from ending the process.
    socket.on('data', onData).on('end', fail).on('close', fail);
  });
}
