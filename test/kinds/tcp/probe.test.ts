import { afterEach, describe, expect, it } from 'vitest';
import { diagnoseTcp } from '../../../lib/kinds/tcp/diagnosis.ts';
import type { TcpObservation } from '../../../lib/kinds/tcp/observation.ts';
import { TcpObservation as Schema } from '../../../lib/kinds/tcp/observation.ts';
import { probeTcp } from '../../../lib/kinds/tcp/probe.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import type { ProbeSpec } from '../../../lib/model/plan.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';
import {
  answer,
  banner,
  closedPort,
  drip,
  droppingPort,
  endless,
  finAtOnce,
  listen,
  type Peer,
  resetAfter,
  resetAtOnce,
  silent,
} from '../../servers/tcp-peers.ts';

const peers: Peer[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
});
async function peerThat(serve: Parameters<typeof listen>[0], address?: string): Promise<Peer> {
  const peer = await listen(serve, address);
  peers.push(peer);
  return peer;
}

async function probe(
  port: number,
  spec: Partial<ProbeSpec> = {},
  context = testContext(),
): Promise<TcpObservation> {
  const observation = await probeTcp(testSpec('tcp', { port, ...spec }), context);
  expect(Schema.parse(observation)).toEqual(observation);
  return observation;
}

function diagnose(observation: TcpObservation, vantage = testVantage()) {
  const endpoint: Endpoint = {
    id: observation.endpointId,
    target: observation.host,
    kind: 'tcp',
    host: observation.host,
    port: observation.port,
    expect: 'open',
    level: 'required',
  };
  const finding = diagnoseTcp(observation, { endpoint, vantage, now: Date.now() });
  return { state: finding.state, cause: finding.faults[0]?.cause, side: finding.faults[0]?.side };
}

const control = (port: number, ok: boolean) => ({
  port,
  family: 4 as const,
  target: `control.example:${port}`,
  ok,
  detail: ok ? 'connected' : 'no answer',
  at: new Date(0).toISOString(),
});

describe('the tcp probe', () => {
  it('takes the bytes of a server that speaks first as proof', async () => {
    const peer = await peerThat(banner('220 mx.example.com ESMTP\r\n'));
    const observation = await probe(peer.port);
    expect(observation.read).toEqual({ end: 'complete', bytes: 26, text: '220 mx.example.com ESMTP\\r\\n' });
    expect(observation).toMatchObject({
      connect: { status: 'connected' },
      localAddress: '127.0.0.1',
      family: 4,
    });
    expect(observation.timings.firstByte).toBeGreaterThanOrEqual(0);
    expect(observation.exchange.map((line) => line.dir)).toEqual(['event', 'received']);
    expect(peer.received()).toHaveLength(0);
    expect(diagnose(observation)).toEqual({ state: 'open' });
  });

  it('speaks when the peer waits for its client', async () => {
    const peer = await peerThat(answer('who are you?'));
    const observation = await probe(peer.port);
    expect(observation.read?.text).toBe('who are you?');
    expect(observation.exchange.map((line) => `${line.dir} ${line.text}`).slice(1)).toEqual([
      'sent empty lines: \\r\\n\\r\\n',
      'received who are you?',
    ]);
    expect(diagnose(observation).state).toBe('open');
  });

  it("sends the user's own bytes when asked to", async () => {
    const peer = await peerThat(answer('ok'));
    const observation = await probe(peer.port, { assertions: { send: 'HELO\xff\r\n' } });
    expect(peer.received().toString('hex')).toBe('48454c4fff0d0a');
    expect(observation.read?.text).toBe('ok');
  });

  it('probes IPv6 like IPv4', async () => {
    const peer = await peerThat(banner('hi'), '::1');
    const observation = await probe(peer.port, { address: '::1' });
    expect(observation).toMatchObject({ family: 6, localAddress: '::1' });
    expect(diagnose(observation).state).toBe('open');
  });

  it('finds a refused port closed', async () => {
    const observation = await probe(await closedPort());
    expect(observation.connect).toEqual({ status: 'refused', code: 'ECONNREFUSED' });
    expect(diagnose(observation)).toEqual({ state: 'closed', cause: 'tcp.refused', side: 'host' });
  });

  it('finds dropped packets filtered only when the control works', async () => {
    const peer = await droppingPort();
    peers.push(peer);
    const observation = await probe(peer.port, { timeoutMs: 200 });
    expect(observation.connect).toEqual({ status: 'timeout' });
    expect(diagnose(observation, testVantage({ controls: [control(peer.port, true)] }))).toEqual({
      state: 'filtered',
      cause: 'tcp.filtered',
      side: 'network',
    });
    expect(diagnose(observation, testVantage({ controls: [control(peer.port, false)] }))).toEqual({
      state: 'inconclusive',
      cause: 'prober.egress-blocked',
      side: 'prober',
    });
    expect(diagnose(observation, testVantage({ controls: [control(peer.port + 1, true)] }))).toEqual({
      state: 'inconclusive',
      cause: 'prober.no-control',
      side: 'prober',
    });
  });

  it.each([
    ['stays silent', silent, 'tcp.accepts-then-silent', 'timeout'],
    ['closes at once', finAtOnce, 'tcp.accepts-then-resets', 'fin'],
    ['resets after 50 ms', resetAfter(50), 'tcp.accepts-then-resets', 'reset'],
  ] as const)('finds a peer broken that accepts and %s', async (_name, serve, cause, end) => {
    const peer = await peerThat(serve);
    const observation = await probe(peer.port, { timeoutMs: 400 });
    expect(observation.read).toEqual({ end, bytes: 0, text: '' });
    expect(diagnose(observation)).toEqual({ state: 'broken', cause, side: 'network' });
  });

  it('never finds a peer closed that resets at once', async () => {
    const peer = await peerThat(resetAtOnce);
    for (let round = 0; round < 10; round += 1) {
      const observation = await probe(peer.port);
      expect(diagnose(observation)).toMatchObject({ state: 'broken', cause: 'tcp.accepts-then-resets' });
    }
  });

  it('does not call a mere handshake open where the network answers for everyone', async () => {
    const peer = await peerThat(silent);
    const observation = await probe(peer.port, { timeoutMs: 200 });
    const negative = { address: '240.0.0.1', port: 443, clean: false, detail: 'connected', at: '' };
    expect(diagnose(observation, testVantage({ negative }))).toEqual({
      state: 'inconclusive',
      cause: 'prober.network-answers-for-all',
      side: 'prober',
    });
  });

  it.each([
    ['an endless banner', endless('spam '), 1_024],
    ['one byte a second', drip('x', 1_000), 1],
  ] as const)('is content with the start of %s', async (_name, serve, most) => {
    const peer = await peerThat(serve);
    const observation = await probe(peer.port);
    expect(observation.read?.bytes).toBeGreaterThan(0);
    expect(observation.read?.bytes).toBeLessThanOrEqual(most);
    expect(observation.read?.text.length).toBeLessThanOrEqual(300);
    expect(diagnose(observation).state).toBe('open');
  });

  it('shows control characters of the peer as text', async () => {
    const peer = await peerThat(banner('\x1b[2J<script>'));
    expect((await probe(peer.port)).read?.text).toBe('\\x1b[2J<script>');
  });

  it('keeps to its budget of time', async () => {
    const peer = await peerThat(silent);
    const observation = await inFakeTime(() => probe(peer.port, { timeoutMs: 500 }));
    expect(observation.timings.total).toBeGreaterThanOrEqual(495);
    expect(observation.timings.total).toBeLessThan(520);
  });

  it('sends no packet to an address that the guard refuses', async () => {
    const peer = await peerThat(banner('hi'));
    const strict = testContext({ allowPrivate: false });
    const literal = await probe(peer.port, {}, strict);
    expect(literal.connect).toEqual({ status: 'refused-by-guard', range: 'loopback' });
    expect(diagnose(literal)).toEqual({
      state: 'inconclusive',
      cause: 'prober.address-refused',
      side: 'prober',
    });
    const named = await probe(peer.port, { host: 'www.example.com' }, strict);
    expect(diagnose(named)).toEqual({ state: 'broken', cause: 'dns.private-address', side: 'dns' });
  });

  it('says that the run ended, and not that the target failed', async () => {
    const peer = await peerThat(silent);
    const run = new AbortController();
    const waiting = probe(peer.port, { timeoutMs: 10_000 }, testContext({ deadline: run.signal }));
    setTimeout(() => run.abort(), 50);
    const observation = await waiting;
    expect(observation.read?.end).toBe('deadline');
    expect(diagnose(observation)).toMatchObject({ state: 'inconclusive', cause: 'prober.deadline' });
    const late = await probe(peer.port, {}, testContext({ deadline: run.signal }));
    expect(diagnose(late)).toMatchObject({ state: 'inconclusive', cause: 'prober.deadline' });
  });
});
