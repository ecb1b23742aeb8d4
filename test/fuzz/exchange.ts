/** One exchange: a case drawn from its seed, a server that plays it, a probe that meets it. */

import type { ProbeContext } from '../../lib/kinds/contract/probe.ts';
import type { Observation } from '../../lib/kinds/observation.ts';
import type { ProbeRegistry } from '../../lib/kinds/probes.ts';
import type { Endpoint } from '../../lib/model/endpoint.ts';
import type { ProbeSpec } from '../../lib/model/plan.ts';
import type { Kind } from '../../lib/model/vocabulary.ts';
import { systemClock } from '../../lib/net/clock.ts';
import { createDial } from '../../lib/net/dial.ts';
import { createGuard } from '../../lib/net/guard.ts';
import { createResolver } from '../../lib/net/resolver.ts';
import {
  type DatagramScript,
  type DatagramStage,
  DNS_NAMES,
  drawDns,
  drawNtp,
  drawQuic,
} from './datagram-stage.ts';
import { endpointOf } from './judge.ts';
import type { FuzzedKind } from './kinds.ts';
import type { Random } from './random.ts';
import { beginsTls, type Dialect, drawDialect, drawScript, isGoAhead, type Script } from './script.ts';
import { play, type Sent, type Serve, type Stage } from './stage.ts';
import { playTls, type TlsMaker } from './tls-stage.ts';

export interface Lane {
  readonly stage: Stage;
  readonly datagrams: DatagramStage;
  readonly tls: TlsMaker;
}

export interface Exchange {
  readonly endpoint: Endpoint;
  readonly spec: ProbeSpec;
  readonly sent: Sent;
  /** What the server does, in words. */
  readonly story: string;
  /** A true exchange, of which nothing was changed. */
  readonly sound: boolean;
  run(probes: ProbeRegistry): Promise<Observation>;
}

/** Kinds whose exchange is one of datagrams. */
type Datagrams = 'dns' | 'ntp' | 'quic';
const DRAWN: Readonly<Record<Datagrams, (random: Random) => DatagramScript>> = {
  dns: drawDns,
  ntp: drawNtp,
  quic: drawQuic,
};

/** What a kind must find open. */
const OWN: Readonly<Record<Exclude<FuzzedKind, Datagrams>, readonly Dialect[]>> = {
  tcp: ['ssh', 'smtp', 'http1', 'tls'],
  ssh: ['ssh'],
  smtp: ['smtp'],
  smtps: ['smtp'],
  http: ['http1'],
  https: ['http1', 'http2'],
  tls: ['tls'],
  listener: ['ssh', 'smtp', 'http1'],
};

/** Milliseconds for a whole probe. Those of TLS compute more, and a machine under load must not make all of them late. */
const TIMEOUT_MS: Readonly<Record<FuzzedKind, number>> = {
  dns: 600,
  tcp: 500,
  tls: 1_000,
  http: 700,
  https: 1_200,
  smtp: 1_000,
  smtps: 1_200,
  ssh: 500,
  ntp: 400,
  quic: 400,
  listener: 500,
};

/** Sets a lane's servers up for the case, and says how to probe them. */
export function prepare(kind: FuzzedKind, random: Random, lane: Lane): Exchange {
  const context = stageContext(random, lane);
  const told = (
    host: string,
    port: number,
    story: string,
    sound: boolean,
    sent: Sent,
    more: Partial<ProbeSpec> = {},
  ): Exchange => {
    const assertions = assertionsOf(kind, random);
    const endpoint = endpointOf(kind, host, port, assertions);
    const spec: ProbeSpec = {
      endpointId: endpoint.id,
      kind,
      host,
      port,
      address: '127.0.0.1',
      family: 4,
      timeoutMs: TIMEOUT_MS[kind],
      expect: random.chance(0.1) ? 'closed' : 'open',
      ...(assertions !== undefined && { assertions }),
      ...more,
    };
    return { endpoint, spec, sent, story, sound, run: (probes) => probes[kind](spec, context) };
  };

  if (kind === 'dns' || kind === 'ntp' || kind === 'quic') {
    const script = DRAWN[kind](random);
    const sent = lane.datagrams.set(script.reply);
    const { port } = lane.datagrams;
    const host = kind === 'dns' ? random.pick(DNS_NAMES) : '127.0.0.1';
    const more = kind === 'dns' ? { address: '', dnsServer: `127.0.0.1:${port}` } : {};
    return told(
      host,
      port,
      script.from,
      script.unchanged && !['gone.example.com', 'example.com'].includes(host),
      sent,
      more,
    );
  }

  const dialect = drawDialect(kind, random);
  const script = drawScript(dialect, random, lane.stage.port);
  const { serve, story } = manner(kind, dialect, script, random, lane);
  const sent = lane.stage.set(serve);
  const old = (kind === 'tls' || kind === 'https' || kind === 'smtps') && random.chance(0.3);
  return told(
    'www.example.com',
    lane.stage.port,
    `${dialect}: ${script.from}, ${story}`,
    script.unchanged && story === 'sound' && OWN[kind].includes(dialect),
    sent,
    {
      ...(old && { oldProtocols: true }),
    },
  );
}

/** How a TCP server of this kind behaves: in clear, in TLS, or with a recording in place of TLS. */
function manner(
  kind: Kind,
  dialect: Dialect,
  script: Script,
  random: Random,
  lane: Lane,
): { serve: Serve; story: string } {
  const clear: Serve = (socket, sent) => play(socket, socket, script, sent.clear);
  switch (kind) {
    case 'tcp':
    case 'ssh':
    case 'http':
    case 'listener':
      return { serve: clear, story: 'sound' };
    case 'smtp': {
      const tls = lane.tls.draw(random, []);
      const inside = drawScript('smtp', random, lane.stage.port);
      const answersInClear = random.chance(0.2);
      const serve: Serve = (socket, sent) => {
        // Behind the turn that says 220 to STARTTLS, TLS begins.
        const at = script.turns.findIndex(isGoAhead);
        const upgrade = (turn: number): boolean => {
          if (at < 0 || turn !== at + 1 || answersInClear) return false;
          socket.removeAllListeners('data');
          socket.removeAllListeners('end');
          playTls(socket, tls, inside, sent);
          return true;
        };
        play(
          socket,
          socket,
          at < 0 ? script : { ...script, turns: [...script.turns.slice(0, at + 1), Buffer.alloc(0)] },
          sent.clear,
          upgrade,
        );
      };
      return {
        serve,
        story: beginsTls(script.turns) ? `STARTTLS ${answersInClear ? 'in clear' : tls.name}` : 'sound',
      };
    }
    default: {
      if (random.chance(kind === 'tls' ? 0.5 : 0.15)) {
        const recorded = drawScript('tls', random, lane.stage.port);
        return {
          serve: (socket, sent) => play(socket, socket, recorded, sent.clear),
          story: `recorded ${recorded.from}`,
        };
      }
      const alpn = kind === 'https' ? (dialect === 'http2' ? ['h2'] : ['http/1.1']) : [];
      const tls = lane.tls.draw(random, !script.unchanged && random.chance(0.05) ? ['h2', 'http/1.1'] : alpn);
      return { serve: (socket, sent) => playTls(socket, tls, script, sent), story: tls.name };
    }
  }
}

function assertionsOf(kind: FuzzedKind, random: Random): Endpoint['assertions'] {
  if (random.chance(0.5)) return undefined;
  switch (kind) {
    case 'http':
    case 'https':
      return {
        bodyContains: 'Anmeldung',
        ...(random.chance(0.5) && { titleContains: 'Willkommen' }),
        ...(random.chance(0.3) && { status: [200] }),
        ...(random.chance(0.2) && { acmePath: true }),
        ...(random.chance(0.2) && { redirectToHttps: true }),
      };
    case 'smtp':
    case 'smtps':
      return {
        recipient: 'replies@example.com',
        relayTest: random.chance(0.5),
        starttls: random.chance(0.5),
        ...(random.chance(0.2) && { mxDomain: 'example.com' }),
      };
    case 'dns':
      return random.chance(0.3) ? { addresses: ['127.0.0.1'] } : undefined;
    case 'tcp':
      return { send: 'PING\r\n' };
    case 'tls':
      return { tlsMinVersion: 'TLSv1.3', certDaysFail: 14 };
    case 'ssh':
    case 'ntp':
    case 'quic':
    case 'listener':
      return undefined;
    default:
      return kind satisfies never;
  }
}

const never = new AbortController().signal;
const noAnchors: readonly string[] = [];
const guard = createGuard({ allowPrivate: true });
const dial = createDial({ guard, clock: systemClock, deadline: never });

/** A mutated redirect may lead anywhere: no port but the lane's own is dialled, and no other name server is asked. */
function stageContext(random: Random, lane: Lane): ProbeContext {
  return {
    vantage: 'local',
    deadline: never,
    clock: systemClock,
    guard: (address) => (address === '127.0.0.1' ? undefined : 'outside of the stage'),
    dial: (address, port, options) => {
      if (address === '127.0.0.1' && port === lane.stage.port) return dial(address, port, options);
      const result =
        guard(address) === undefined
          ? ({ status: 'refused', code: 'ECONNREFUSED' } as const)
          : ({ status: 'refused-by-guard', range: guard(address) ?? '' } as const);
      return Promise.resolve({ ok: false, result, ms: 0 });
    },
    resolver: createResolver({
      servers: [`127.0.0.1:${lane.datagrams.port}`],
      pins: [],
      timeoutMs: 60,
      clock: systemClock,
      deadline: never,
    }),
    randomHex: (bytes) => random.bytes(bytes).toString('hex'),
    trustAnchors: random.chance(0.7) ? lane.tls.anchors : noAnchors,
    ehloName: 'prober.example.net',
  };
}
