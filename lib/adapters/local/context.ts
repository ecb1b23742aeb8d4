import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { RunSettings } from '../../model/request.ts';
import { systemClock } from '../../net/clock.ts';
import { createDial } from '../../net/dial.ts';
import { createGuard } from '../../net/guard.ts';
import { createResolver } from '../../net/resolver.ts';
import type { ProbeContext } from '../../probe/probe.ts';
import { createReservedDial } from '../../run/reserved-dial.ts';
import { ehloName } from './ehlo-name.ts';
import { localFamilies } from './families.ts';

/** Budget of one look-up in ms, second server included; a probe's own timeout, when shorter, goes before it. */
const DNS_TIMEOUT_MS = 8_000;

/**
 * Everything a probe needs of this machine, bound to one run: its clock, guard, sockets, resolver and randomness.
 *
 * @param signal ends the run from outside (Ctrl-C); `settings.deadlineMs` ends it by time, counted from this call
 */
export function createLocalContext(settings: RunSettings, signal: AbortSignal): ProbeContext {
  const clock = systemClock;
  const deadline = withTimeLimit(signal, settings.deadlineMs);
  const guard = createGuard({ allowPrivate: settings.allowPrivate });
  return {
    vantage: 'local',
    deadline,
    clock,
    guard,
    dial: createDial({ guard, clock, deadline }),
    resolver: createResolver({
      servers: settings.dnsServers,
      pins: settings.resolve,
      timeoutMs: Math.min(settings.timeoutMs ?? DNS_TIMEOUT_MS, DNS_TIMEOUT_MS),
      clock,
      deadline,
    }),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    trustAnchors: settings.trustAnchors,
    ehloName: settings.ehloName ?? ehloName(),
    ...(settings.mailFrom !== undefined && { mailFrom: settings.mailFrom }),
    families: localFamilies(),
    dialReserved: createReservedDial({ allowPrivate: settings.allowPrivate, clock }),
  };
}

/** `signal`, or `ms` from now, whichever comes first. The timer doesn't keep the process alive. */
function withTimeLimit(signal: AbortSignal, ms: number | undefined): AbortSignal {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  if (ms !== undefined) setTimeout(end, ms).unref();
  // Every dial and read under way listens to it, which is no leak.
  setMaxListeners(0, ended.signal);
  return ended.signal;
}
