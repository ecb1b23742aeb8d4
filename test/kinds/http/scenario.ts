/** Runs the http or https probe and its diagnosis against a port on loopback, as the run would. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll } from 'vitest';
import type { ProbeContext } from '../../../lib/kinds/contract/probe.ts';
import { diagnoseHttp } from '../../../lib/kinds/http/diagnosis.ts';
import { HttpObservation } from '../../../lib/kinds/http/observation.ts';
import { probeHttp } from '../../../lib/kinds/http/probe.ts';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import type { ResolvePin } from '../../../lib/model/request.ts';
import { systemClock } from '../../../lib/net/clock.ts';
import { createDial } from '../../../lib/net/dial.ts';
import type { AddressGuard } from '../../../lib/net/network-access.ts';
import { createResolver } from '../../../lib/net/resolver.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';
import { listen } from '../../servers/tcp-peers.ts';

export interface Scenario {
  readonly kind?: 'http' | 'https';
  /** Default `www.test`. */
  readonly host?: string;
  readonly anchors?: readonly string[];
  readonly assertions?: Assertions;
  readonly spec?: Partial<ProbeSpec>;
  readonly vantage?: Partial<VantageFacts>;
  /** Addresses of names that redirects lead to. */
  readonly pins?: readonly ResolvePin[];
  readonly guard?: AddressGuard;
  readonly context?: Partial<ProbeContext>;
}

export async function observeHttp(port: number, scenario: Scenario = {}) {
  const { kind = 'http', host = 'www.test', assertions } = scenario;
  const base = testContext();
  const guard = scenario.guard ?? base.guard;
  const context: ProbeContext = {
    ...base,
    guard,
    dial: createDial({ guard, clock: systemClock, deadline: scenario.context?.deadline ?? base.deadline }),
    resolver: createResolver({
      servers: ['127.0.0.1:9'],
      pins: scenario.pins ?? [],
      timeoutMs: 200,
      clock: systemClock,
    }),
    trustAnchors: scenario.anchors ?? [],
    ...scenario.context,
  };
  const spec = testSpec(kind, {
    host,
    port,
    address: '127.0.0.1',
    family: 4,
    ...(assertions && { assertions }),
    ...scenario.spec,
  });
  const observation = await probeHttp(spec, context);
  // It crosses process borders as JSON: the schema knows every field.
  HttpObservation.strict().parse(observation);
  const finding = diagnoseHttp(observation, {
    endpoint: {
      id: spec.endpointId,
      target: host,
      kind,
      host,
      port: spec.port,
      expect: 'open',
      level: 'required',
      ...(assertions && { assertions }),
    },
    vantage: testVantage(scenario.vantage),
    now: Date.now(),
  });
  const { http } = observation;
  return {
    observation,
    http,
    last: http?.hops.at(-1),
    finding,
    state: finding.state,
    faults: finding.faults.map(({ cause, severity }) => `${cause} ${severity}`),
    exchange: observation.exchange.map(({ dir, text }) => `${dir}: ${text}`).join('\n'),
  };
}

/** A real web server on a free port until the test file ends. */
export async function webServer(handler: RequestListener): Promise<number> {
  return listening(createServer(handler));
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A peer that does as it likes with each connection, until the test file ends. */
export async function peer(serve: (socket: Socket) => void): Promise<number> {
  const made = await listen(serve);
  afterAll(() => made.close());
  return made.port;
}

/** Waits for the request, sends the bytes and closes. */
export function raw(bytes: string | Uint8Array): Promise<number> {
  return peer((socket) => {
    socket.once('data', () => socket.end(bytes));
  });
}

/** A whole answer with this status, headers and body. */
export function page(status: string, body: string, headers: readonly string[] = []): Promise<number> {
  const lines = [`HTTP/1.1 ${status}`, 'Content-Type: text/html', ...headers];
  return raw(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

export function redirectTo(location: string, status = '302 Found'): Promise<number> {
  return page(status, '', [`Location: ${location}`]);
}
