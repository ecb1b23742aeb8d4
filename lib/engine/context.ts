import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { ProbeContext } from '../kinds/contract/probe.ts';
import { createDelegationWalk } from '../kinds/dns/delegation/walk.ts';
import type { RunSettings } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import { createBufferBudget } from '../net/buffer-budget.ts';
import { systemClock } from '../net/clock.ts';
import { deferredTimeout } from '../net/deferred-timeout.ts';
import { createDial } from '../net/dial.ts';
import { createGuard } from '../net/guard.ts';
import type { AddressGuard } from '../net/network-access.ts';
import { createReservedDial } from '../net/reserved-dial.ts';
import { createResolver } from '../net/resolver.ts';
import { ehloName } from './ehlo-name.ts';
import { localFamilies } from './families.ts';

/**
 * What the answers of a run may have in memory together beyond the first 32 kB of each, which is less than 90 pages at
 * their own limit: far more than honest servers need at one time.
 */
const BUFFER_BYTES = 48 * 1024 * 1024;
/** Budget of one look-up in ms, second server included; a probe's own timeout counts instead when it is shorter. */
const DNS_TIMEOUT_MS = 8_000;

/** The settings that a context is made of. */
type ContextSettings = Pick<
  RunSettings,
  | 'allowPrivate'
  | 'contact'
  | 'deadlineMs'
  | 'dnsServers'
  | 'dnssecAnchors'
  | 'ehloName'
  | 'mailFrom'
  | 'resolve'
  | 'timeoutMs'
  | 'trustAnchors'
>;

/**
 * Everything a probe needs from this machine, bound to one run: its clock, guard, sockets, resolver and randomness.
 *
 * @param signal ends the run from outside (Ctrl-C); `settings.deadlineMs` ends it by time, counted from this call
 * @param families what the way to the internet has, where this machine's interfaces do not tell
 * @param guard where this machine has a list of its own of what it may reach
 */
export function createLocalContext(
  settings: ContextSettings,
  signal: AbortSignal,
  families: readonly Family[] = localFamilies(),
  guard: AddressGuard = createGuard({ allowPrivate: settings.allowPrivate }),
): ProbeContext {
  const clock = systemClock;
  const deadline = withTimeLimit(signal, settings.deadlineMs);
  const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
  const resolver = createResolver({
    guard,
    servers: settings.dnsServers,
    ...(settings.dnssecAnchors && { dnssecAnchors: settings.dnssecAnchors }),
    pins: settings.resolve,
    timeoutMs: Math.min(settings.timeoutMs ?? DNS_TIMEOUT_MS, DNS_TIMEOUT_MS),
    clock,
    deadline,
    families,
  });
  return {
    vantage: 'local',
    deadline,
    clock,
    guard,
    dial: createDial({ guard, clock, deadline }),
    resolver,
    randomHex,
    walkDelegation: createDelegationWalk({ resolver, guard, clock, deadline, families, randomHex }),
    trustAnchors: settings.trustAnchors,
    ehloName: settings.ehloName ?? ehloName(),
    ...(settings.mailFrom !== undefined && { mailFrom: settings.mailFrom }),
    ...(settings.contact !== undefined && { contact: settings.contact }),
    families,
    buffers: createBufferBudget(BUFFER_BYTES),
    dialReserved: createReservedDial({ allowPrivate: settings.allowPrivate, clock }),
  };
}

/** `signal`, or `ms` from now, whichever comes first. The timer doesn't keep the process alive. */
function withTimeLimit(signal: AbortSignal, ms: number | undefined): AbortSignal {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  if (ms !== undefined) setTimeout(deferredTimeout(end), ms).unref();
  // Every active dial and read listens to it; that is not a leak.
  setMaxListeners(0, ended.signal);
  return ended.signal;
}
