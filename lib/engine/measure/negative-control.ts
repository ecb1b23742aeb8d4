import type { ProbeContext } from '../../kinds/contract/probe.ts';
import type { NegativeControl } from '../../model/plan.ts';
import type { RunSettings } from '../../model/request.ts';
import type { Family } from '../../model/vocabulary.ts';
import { isoTime } from '../../net/clock.ts';
import type { AddressScope } from '../../net/guard.ts';
import { timely } from '../../net/lag.ts';
import type { DialResult } from '../../net/network-access.ts';

/** Class E (RFC 1112 §4), or discard-only (RFC 6666): no host has it, so nothing may connect. */
export const RESERVED_ADDRESS = '240.0.0.1';
const RESERVED_ADDRESS_6 = '100::1';
/** A network that answers in place of every address answers fast; there is no need to wait longer for silence. */
const TIMEOUT_MS = 2_000;
/** Ports whose control is made in advance at the same time; those of a wide scan wait until a result needs theirs. */
const MAX_AHEAD = 64;

export interface NegativeControls {
  /** Starts the control of this port, once a run, without waiting; left for `result` where many are in progress. */
  start(port: number, scope: AddressScope): void;
  /** Starts it if needed and waits, 2 s at most; `undefined` when none is made for a target of this scope. */
  result(port: number, scope: AddressScope): Promise<NegativeControl | undefined>;
  /** What is known so far and matters for a target of this scope. */
  known(port: number, scope: AddressScope): NegativeControl | undefined;
  /** The one to show for the whole run: one that connected if there is any, else the first. */
  shown(): NegativeControl | undefined;
  /** Ends those that no result waits for any more. */
  stop(): void;
}

/**
 * Negative controls: some networks have proxies that complete every handshake, so that a connect without bytes proves
 * nothing there. They run in parallel to the probes, one for each port, and only results that depend on such a connect wait for them.
 * Targets on private networks get none unless the user names its address: they have another route.
 *
 * @param only the one family that the vantage has: an address of the other would not connect whatever its network does
 */
export function createNegativeControls(
  settings: Pick<RunSettings, 'negativeControl'>,
  context: Pick<ProbeContext, 'clock' | 'dialReserved' | 'deadline'>,
  only?: Family,
): NegativeControls {
  const address = settings.negativeControl?.address ?? (only === 6 ? RESERVED_ADDRESS_6 : RESERVED_ADDRESS);
  const named = settings.negativeControl !== undefined;
  const { dialReserved, clock } = context;
  const stopped = new AbortController();
  const signal = AbortSignal.any([context.deadline, stopped.signal]);
  const inProgress = new Map<number, Promise<NegativeControl | undefined>>();
  const finished = new Map<number, NegativeControl>();
  let pending = 0;
  const concerns = (scope: AddressScope): boolean => named || scope === 'public';

  const make = async (port: number): Promise<NegativeControl | undefined> => {
    if (dialReserved === undefined) return undefined;
    const at = isoTime(clock.now());
    pending += 1;
    const { outcome: dialled, late } = await timely(
      () => dialReserved(address, port, { timeoutMs: TIMEOUT_MS, signal }),
      {
        budgetMs: TIMEOUT_MS,
        restsOnTime: (one) => !one.ok && one.result.status === 'timeout',
        deadline: signal,
      },
    );
    pending -= 1;
    const judged = late === undefined ? judge(address, dialled) : undefined;
    if (judged === undefined) return undefined;
    const control = { address, port, ...judged, at };
    finished.set(port, control);
    return control;
  };

  const result: NegativeControls['result'] = (port, scope) => {
    if (dialReserved === undefined || !concerns(scope)) return Promise.resolve(undefined);
    const made = inProgress.get(port) ?? make(port);
    inProgress.set(port, made);
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

/** `undefined`: nothing is known. A handshake that is reset immediately was still completed. */
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
