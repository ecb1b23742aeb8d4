import { randomBytes } from 'node:crypto';
import type { ProbeContext } from '../../lib/kinds/contract/probe.ts';
import type { ProbeSpec, VantageFacts } from '../../lib/model/plan.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { systemClock } from '../../lib/net/clock.ts';
import { createDial } from '../../lib/net/dial.ts';
import { createGuard } from '../../lib/net/guard.ts';
import { createResolver } from '../../lib/net/resolver.ts';

/** A probe context for loopback: private addresses are allowed unless a test says otherwise. */
export function testContext(
  options: { dnsServers?: string[]; allowPrivate?: boolean; deadline?: AbortSignal; timeoutMs?: number } = {},
): ProbeContext {
  const guard = createGuard({ allowPrivate: options.allowPrivate ?? true });
  const deadline = options.deadline ?? new AbortController().signal;
  return {
    vantage: 'local',
    deadline,
    clock: systemClock,
    guard,
    dial: createDial({ guard, clock: systemClock, deadline }),
    resolver: createResolver({
      servers: options.dnsServers ?? ['127.0.0.1:9'],
      pins: [],
      timeoutMs: options.timeoutMs ?? 2_000,
      clock: systemClock,
      deadline,
    }),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    trustAnchors: [],
    ehloName: 'prober.example.net',
  };
}

export function testSpec(kind: Kind, spec: Partial<ProbeSpec> & { port: number }): ProbeSpec {
  const address = spec.address ?? '127.0.0.1';
  return {
    endpointId: `${kind}://${spec.host ?? address}:${spec.port}`,
    kind,
    host: address,
    address,
    family: address.includes(':') ? 6 : 4,
    timeoutMs: 2_000,
    expect: 'open',
    ...spec,
  };
}

/** A vantage with both families, and controls as a test needs them. */
export function testVantage(facts: Partial<VantageFacts> = {}): VantageFacts {
  return { id: 'local', kind: 'local', families: [4, 6], controls: [], ...facts };
}
