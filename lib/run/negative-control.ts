import type { NegativeControl } from '../model/plan.ts';
import type { RunSettings } from '../model/request.ts';
import type { AddressScope } from '../net/guard.ts';
import type { DialResult, ProbeContext } from '../probe/probe.ts';

/** Class E (RFC 1112 §4): no host has it, so nothing may connect. */
export const RESERVED_ADDRESS = '240.0.0.1';
/** A network that answers for everyone does so as fast as for anyone; silence need not be waited for any longer. */
const TIMEOUT_MS = 2_000;
/** Ports whose control is made ahead of need at one time; those of a wide scan wait until a result asks for theirs. */
const MAX_AHEAD = 64;

export interface NegativeControls {
  /** Starts the control of this port, once a run, without waiting; left for `result` where many are under way. */
  start(port: number, scope: AddressScope): void;
  /** Starts it if need be and waits, 2 s at most; `undefined` when none is made for a target of this scope. */
  result(port: number, scope: AddressScope): Promise<NegativeControl | undefined>;
  /** What has been learnt so far and bears on a target of this scope. */
  known(port: number, scope: AddressScope): NegativeControl | undefined;
  /** The one to show for the whole run: one that connected if there is any, else the first. */
  shown(): NegativeControl | undefined;
  /** Gives up those that nobody waits for any more. */
  stop(): void;
}

/**
 * Negative controls: networks exist whose proxies complete every handshake, so that a bare connect from them proves
 * nothing. They run beside the probes, one for each port, and only results that rest on a bare connect wait for them.
 * Targets on private networks get none unless the user names its address: another way leads there.
 */
export function createNegativeControls(
  settings: Pick<RunSettings, 'negativeControl'>,
  context: Pick<ProbeContext, 'clock' | 'dialReserved' | 'deadline'>,
): NegativeControls {
  const address = settings.negativeControl?.address ?? RESERVED_ADDRESS;
  const named = settings.negativeControl !== undefined;
  const { dialReserved, clock } = context;
  const stopped = new AbortController();
  const signal = AbortSignal.any([context.deadline, stopped.signal]);
  const underWay = new Map<number, Promise<NegativeControl | undefined>>();
  const finished = new Map<number, NegativeControl>();
  let pending = 0;
  const concerns = (scope: AddressScope): boolean => named || scope === 'public';

  const make = async (port: number): Promise<NegativeControl | undefined> => {
    if (dialReserved === undefined) return undefined;
    const at = new Date(clock.now()).toISOString();
    pending += 1;
    const dialled = await dialReserved(address, port, { timeoutMs: TIMEOUT_MS, signal });
    pending -= 1;
    const judged = judge(address, dialled);
    if (judged === undefined) return undefined;
    const control = { address, port, ...judged, at };
    finished.set(port, control);
    return control;
  };

  const result: NegativeControls['result'] = (port, scope) => {
    if (dialReserved === undefined || !concerns(scope)) return Promise.resolve(undefined);
    const made = underWay.get(port) ?? make(port);
    underWay.set(port, made);
    return made;
  };

  return {
    result,
    start(port, scope) {
      if (pending < MAX_AHEAD) void result(port, scope);
    },
    known: (port, scope) => (concerns(scope) ? finished.get(port) : undefined),
    shown() {
      const all = [...finished.values()];
      return all.find(({ clean }) => !clean) ?? all[0];
    },
    stop: () => stopped.abort(),
  };
}

/** `undefined`: nothing was learnt. A handshake that is reset at once was completed all the same. */
function judge(address: string, dialled: DialResult): { clean: boolean; detail: string } | undefined {
  if (dialled.ok) {
    dialled.socket.destroy();
    return { clean: false, detail: `${address} connected in ${dialled.ms} ms, though no host can have it` };
  }
  const { result, ms } = dialled;
  switch (result.status) {
    case 'reset':
      return { clean: false, detail: `${address} completed the handshake and reset it after ${ms} ms` };
    case 'timeout':
      return { clean: true, detail: `${address} did not connect in ${ms} ms` };
    case 'refused':
    case 'unreachable':
      return { clean: true, detail: `${address} did not connect: ${result.status} (${result.code})` };
    case 'refused-by-guard':
    case 'deadline':
      return undefined;
    default:
      return result satisfies never;
  }
}
