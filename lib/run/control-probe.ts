import type { Socket } from 'node:net';
import type { ControlResult } from '../model/plan.ts';
import { offDeadline, onDeadline } from '../net/deadline.ts';
import { hostPort } from '../net/dial.ts';
import { printable } from '../net/printable.ts';
import { defaultTimeoutMs } from '../plan/timeouts.ts';
import type { ProbeContext, ProbeRegistry } from '../probe/probe.ts';
import type { Silence } from './controls.ts';
import type { ControlHost } from './default-controls.ts';

const CONNECT_MS = 5_000;
/** A mail server's greeting may be held back for 6 s (POSTSCREEN_README). */
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
 * Tries one control host over one family: up to three of its addresses at once, the first that answers counts. Port 25
 * needs bytes (networks that block 25 are known to answer the handshake themselves), other TCP ports a connect, UDP
 * 123 an NTP answer. Goes through the guard like every dial. Never rejects.
 */
export async function proveControl(
  control: ControlHost,
  silence: Silence,
  context: ProbeContext,
  probes: ProbeRegistry,
): Promise<Proof> {
  const at = new Date(context.clock.now()).toISOString();
  const outcome = await tryHost(control, silence, context, probes);
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
      ? tryNtp(control, address, silence, context, probes)
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

async function tryNtp(
  control: ControlHost,
  address: string,
  { family }: Silence,
  context: ProbeContext,
  probes: ProbeRegistry,
): Promise<Outcome> {
  const observation = await probes.ntp(
    {
      endpointId: `control ntp://${hostPort(control.host, control.port)}`,
      kind: 'ntp',
      host: control.host,
      port: control.port,
      address,
      family,
      timeoutMs: Math.min(CONNECT_MS, defaultTimeoutMs('ntp')),
      expect: 'open',
    },
    context,
  );
  const { connect, ntp, timings } = observation;
  if (ntp !== undefined)
    return { ok: true, tried: true, detail: `${address} answered in ${timings.total} ms` };
  if (connect.status === 'refused-by-guard') return untried(`not tried: ${address} is ${connect.range}`);
  if (connect.status === 'deadline') return untried('not tried: the run ended');
  return failed(`${address} did not answer in ${timings.total} ms (${connect.status})`);
}

const untried = (detail: string): Outcome => ({ ok: false, tried: false, detail });
const failed = (detail: string): Outcome => ({ ok: false, tried: true, detail });

/** The first bytes of a mail server's greeting, then QUIT, so that it sees no client that hangs up without a word. */
function firstLine(socket: Socket, deadline: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      offDeadline(deadline, fail);
      socket.off('data', onData).off('end', fail).off('close', fail);
    };
    const fail = (): void => {
      end();
      socket.destroy();
      resolve(undefined);
    };
    const onData = (bytes: Buffer): void => {
      end();
      socket.end('QUIT\r\n', () => socket.destroy());
      resolve(printable(bytes.subarray(0, 200), 200).trimEnd());
    };
    const timer = setTimeout(fail, BANNER_MS);
    onDeadline(deadline, fail);
    // An error is followed by `close`; the dial's own listener keeps it from ending the process.
    socket.on('data', onData).on('end', fail).on('close', fail);
  });
}
