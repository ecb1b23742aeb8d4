/** A prober without a network: every packet that it would send is on record. */

import { endpointId } from '../../../lib/engine/plan/endpoint-id.ts';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import type { Observation } from '../../../lib/kinds/observation.ts';
import type { ProbeRegistry } from '../../../lib/kinds/probes.ts';
import type { TcpObservation } from '../../../lib/kinds/tcp/observation.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { ConnectResult, DnsResult } from '../../../lib/model/observed.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import { createGuard } from '../../../lib/net/guard.ts';
import type { DialResult, ReservedDial } from '../../../lib/net/network-access.ts';

/** What the clock of the world says: times stand in reports, and no test may depend on when it is run. */
const NOW = Date.parse('2026-03-01T09:30:00.000Z');

export const PUBLIC = '203.0.114.10';
export const PUBLIC_6 = '2600:1f18::10';

export const endpoint = (given: Partial<Endpoint> = {}): Endpoint => {
  const parts = {
    kind: 'tcp' as const,
    host: PUBLIC,
    port: 4000,
    expect: 'open' as const,
    level: 'required' as const,
    target: 'target',
    ...given,
  };
  return { id: endpointId(parts), ...parts };
};

export const failedDial = (result: Exclude<ConnectResult, { status: 'connected' }>): DialResult => ({
  ok: false,
  result,
  ms: 1,
});

/** A tcp observation of the spec: by default one that got bytes. */
export const tcpSeen = (spec: ProbeSpec, rest: Partial<TcpObservation> = {}): TcpObservation => ({
  kind: 'tcp',
  endpointId: spec.endpointId,
  vantage: 'local',
  host: spec.host,
  port: spec.port,
  address: spec.address,
  ...(spec.family !== undefined && { family: spec.family }),
  startedAt: new Date(NOW).toISOString(),
  timings: { connect: 1, total: 2 },
  exchange: [],
  connect: { status: 'connected' },
  read: { end: 'complete', bytes: 3, text: 'hi!' },
  ...rest,
});

export const seenSilent = (spec: ProbeSpec): TcpObservation => {
  const { read, ...rest } = tcpSeen(spec, { connect: { status: 'timeout' } });
  return rest;
};
export const seenRefused = (spec: ProbeSpec): TcpObservation => {
  const { read, ...rest } = tcpSeen(spec, { connect: { status: 'refused', code: 'ECONNREFUSED' } });
  return rest;
};
export const seenBareConnect = (spec: ProbeSpec): TcpObservation =>
  tcpSeen(spec, { read: { end: 'timeout', bytes: 0, text: '' } });

export type FakeProbe = (spec: ProbeSpec, context: ProbeContext) => Promise<Observation>;

/** Every kind is probed by the same fake. */
export const registry = (probe: FakeProbe): ProbeRegistry => {
  const kinds = ['dns', 'tcp', 'tls', 'http', 'https', 'smtp', 'smtps', 'ssh', 'ntp'];
  return Object.fromEntries(kinds.map((kind) => [kind, probe])) as unknown as ProbeRegistry;
};

export type Names = Readonly<Record<string, readonly string[] | DnsResult>>;

export interface FakeWorld {
  readonly context: ProbeContext;
  /** `address:port` of every dial, `reserved address:port` of every negative control. */
  readonly dials: string[];
  /** Names asked for. */
  readonly questions: string[];
}

export interface WorldOptions {
  readonly names?: Names;
  readonly dial?: (address: string, port: number) => Promise<DialResult>;
  readonly dialReserved?: (address: string, port: number) => Promise<DialResult>;
  readonly allowPrivate?: boolean;
  readonly deadline?: AbortSignal;
}

/** A context whose dials all time out unless `dial` says otherwise. The real guard checks first. */
export function fakeWorld(options: WorldOptions = {}): FakeWorld {
  const dials: string[] = [];
  const questions: string[] = [];
  const guard = createGuard({ allowPrivate: options.allowPrivate ?? false });
  const timeout = async (): Promise<DialResult> => failedDial({ status: 'timeout' });
  const dialReserved: ReservedDial = (address, port) => {
    dials.push(`reserved ${address}:${port}`);
    return (options.dialReserved ?? timeout)(address, port);
  };
  return {
    dials,
    questions,
    context: {
      vantage: 'local',
      deadline: options.deadline ?? new AbortController().signal,
      clock: { now: () => NOW, monotonic: () => performance.now() },
      guard,
      dial: (address, port) => {
        const range = guard(address);
        if (range !== undefined) return Promise.resolve(failedDial({ status: 'refused-by-guard', range }));
        dials.push(`${address}:${port}`);
        return (options.dial ?? timeout)(address, port);
      },
      dialReserved,
      resolver: {
        servers: ['192.0.2.53'],
        addresses: async (host) => {
          if (/^[\d.]+$|:/.test(host)) return resolved(host, [host], true);
          questions.push(host);
          const found = options.names?.[host] ?? [];
          return 'answers' in found ? found : resolved(host, found);
        },
        ask: async () => ({ code: 'NODATA', records: [], ms: 0 }),
        validate: async () => ({ status: 'insecure', code: 'NODATA', records: [], aliases: [] }),
      },
      randomHex: () => '00',
      trustAnchors: [],
      ehloName: 'prober.example',
      families: [4, 6],
    },
  };
}

/** What the resolver gives: NXDOMAIN for no address. */
export function resolved(name: string, addresses: readonly string[], given = false): DnsResult {
  const code = addresses.length === 0 ? 'NXDOMAIN' : 'NODATA';
  const of = (six: boolean) => addresses.filter((address) => address.includes(':') === six);
  const answer = (type: string, records: string[]) => ({
    type,
    code: records.length > 0 ? 'NOERROR' : code,
    records,
    ms: 3,
  });
  return {
    name,
    servers: ['192.0.2.53'],
    answers: given ? [] : [answer('A', of(false)), answer('AAAA', of(true))],
    cnames: [],
    addresses: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ...(given && { given }),
  };
}

export const settings = (given: Partial<RunSettings> = {}): RunSettings =>
  RunSettings.parse({ confirmPauseMs: 1, confirm: 0, ...given });
