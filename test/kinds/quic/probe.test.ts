import { createDecipheriv } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnoseQuic } from '../../../lib/kinds/quic/diagnosis.ts';
import { clientInitialKeys, initialDatagram } from '../../../lib/kinds/quic/initial.ts';
import { QuicObservation } from '../../../lib/kinds/quic/observation.ts';
import { negotiationRequest, versionName } from '../../../lib/kinds/quic/packet.ts';
import { probeQuic } from '../../../lib/kinds/quic/probe.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import { closedUdpPort } from '../../servers/closed-udp-port.ts';
import { inFakeTime } from '../../servers/fake-time.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';
import {
  answerTo,
  type DatagramServer,
  readLongHeader,
  startDatagramServer,
  versionNegotiation,
} from '../../servers/quic-server.ts';

let server: DatagramServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function check(
  port: number,
  spec: Partial<ProbeSpec> = {},
  vantage: VantageFacts = testVantage(),
  context = testContext(),
) {
  const observation = await probeQuic(testSpec('quic', { port, ...spec }), context);
  expect(QuicObservation.parse(observation)).toEqual(observation);
  const { state, faults, summary } = diagnoseQuic(observation, {
    endpoint: {
      id: observation.endpointId,
      target: '127.0.0.1',
      kind: 'quic',
      host: '127.0.0.1',
      port,
      expect: 'open',
      level: 'required',
    },
    vantage,
    now: 0,
  });
  const [first] = faults;
  return { observation, state, summary, cause: first?.cause, side: first?.side };
}

const control = (port: number, ok: boolean, transport: 'tcp' | 'udp' = 'udp') => ({
  port,
  family: 4 as const,
  target: `quic.example:${port}`,
  ok,
  detail: ok ? 'answered' : 'no answer',
  at: '',
  transport,
});

const isReserved = (request: Buffer): boolean =>
  (readLongHeader(request).version & 0x0f0f0f0f) === 0x0a0a0a0a;

describe('the quic probe', () => {
  it('learns the versions from Version Negotiation with matching connection ids', async () => {
    server = await startDatagramServer((request) => [
      versionNegotiation(request, [0x1a2a3a4a, 1, 0x6b3343cf, 0xff00001d, 0x51303436]),
    ]);
    const { observation, state, cause, summary } = await check(server.port);
    expect(observation.quic).toEqual({
      status: 'version-negotiation',
      versions: ['v1', 'v2', 'draft-29', 'Q046'],
    });
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
    expect(summary).toContain('offers v1, v2, draft-29, Q046');
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request?.length).toBeGreaterThanOrEqual(1_200);
    expect(request && isReserved(request)).toBe(true);
    expect(observation.timings.firstByte).toBeGreaterThan(0);
  });

  it('sends a real Initial of version 1 to a server that leaves Version Negotiation out', async () => {
    server = await startDatagramServer((request) =>
      isReserved(request) ? [] : [answerTo(request, 1, Buffer.alloc(40, 7), { source: Buffer.alloc(8, 9) })],
    );
    const { port } = server;
    const { observation, state, cause } = await inFakeTime(() => check(port, { timeoutMs: 400 }));
    expect(observation.quic).toEqual({ status: 'version-1', versions: ['v1'] });
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
    expect(server.requests.map((request) => readLongHeader(request).version === 1)).toEqual([false, true]);
  });

  it('works over IPv6', async () => {
    server = await startDatagramServer((request) => [versionNegotiation(request, [1])], '::1');
    expect((await check(server.port, { address: '::1' })).observation.quic?.versions).toEqual(['v1']);
  });

  it('waits on when a forged answer comes before the true one', async () => {
    server = await startDatagramServer((request) => [
      versionNegotiation(request, [0xff00001d], { source: Buffer.alloc(8, 1) }),
      versionNegotiation(request, [0xff00001d], { destination: Buffer.alloc(8, 1) }),
      versionNegotiation(request, [1]),
    ]);
    expect((await check(server.port)).observation.quic).toEqual({
      status: 'version-negotiation',
      versions: ['v1'],
    });
  });

  it.each([
    ['an echo', (request: Buffer) => [request]],
    ['a short datagram', () => [Buffer.from('hello')]],
    [
      'foreign connection ids',
      (request: Buffer) => [versionNegotiation(request, [1], { destination: Buffer.alloc(8) })],
    ],
    ['no list of versions', (request: Buffer) => [versionNegotiation(request, [])]],
    ['a list that is cut', (request: Buffer) => [versionNegotiation(request, [1, 2]).subarray(0, -3)]],
    ['a connection id longer than the datagram', () => [Buffer.from('c000000000ff00', 'hex')]],
    ['a flood of garbage', () => Array.from({ length: 50 }, () => Buffer.from('\x1b[2J'))],
  ])('takes %s for no QUIC', async (_name, reply) => {
    server = await startDatagramServer(reply);
    const { observation, state, cause, side, summary } = await check(server.port, { timeoutMs: 300 });
    expect(observation.quic?.status).toBe('not-quic');
    expect({ state, cause, side }).toEqual({ state: 'broken', cause: 'quic.not-quic', side: 'service' });
    expect(summary).toContain(observation.quic?.firstBytes ?? 'missing');
  });

  it('finds a port closed that answers with ICMP port-unreachable, after one datagram', async () => {
    const { observation, state, cause, side } = await check(await closedUdpPort());
    expect({ state, cause, side }).toEqual({ state: 'closed', cause: 'quic.refused', side: 'host' });
    expect(observation.exchange.filter(({ dir }) => dir === 'sent')).toHaveLength(1);
  });

  it('judges silence by the controls alone', async () => {
    server = await startDatagramServer(() => []);
    const { port } = server;
    const silence = (vantage?: VantageFacts) => inFakeTime(() => check(port, { timeoutMs: 100 }, vantage));
    expect(await silence()).toMatchObject({ state: 'inconclusive', cause: 'prober.no-control' });
    expect(await silence(testVantage({ controls: [control(port, true)] }))).toMatchObject({
      state: 'filtered',
      cause: 'quic.no-answer',
      side: 'network',
    });
    expect(await silence(testVantage({ controls: [control(port, false)] }))).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.egress-blocked',
    });
    // That TCP 443 gets out says nothing about UDP 443.
    expect(await silence(testVantage({ controls: [control(port, true, 'tcp')] }))).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.no-control',
    });
    expect(server.requests.map(isReserved)).toEqual([true, false, true, false, true, false, true, false]);
  });

  it('sends nothing to an address that the guard refuses', async () => {
    server = await startDatagramServer(() => []);
    const result = await check(server.port, {}, testVantage(), testContext({ allowPrivate: false }));
    expect(result).toMatchObject({ state: 'inconclusive', cause: 'prober.address-refused' });
    expect(server.requests).toHaveLength(0);
  });

  it('ends with the run', async () => {
    const run = new AbortController();
    server = await startDatagramServer(() => {
      run.abort();
      return [];
    });
    const context = testContext({ deadline: run.signal });
    expect(await check(server.port, { timeoutMs: 60_000 }, testVantage(), context)).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.deadline',
    });
  });
});

describe('the packets', () => {
  const ids = {
    destination: Buffer.from('8394c8f03e515708', 'hex'),
    source: Buffer.from('0102030405060708', 'hex'),
  };

  it('derives the keys of RFC 9001 Appendix A.1', () => {
    const { key, iv, hp } = clientInitialKeys(ids.destination);
    expect(key.toString('hex')).toBe('1f369613dd76d5467730efcbe3b1a22d');
    expect(iv.toString('hex')).toBe('fa044b2f42a3fd3b46fb255c');
    expect(hp.toString('hex')).toBe('9f50449e04a0e810283a1e9933adedd2');
  });

  it.each([
    ['www.example.com', true],
    ['192.0.2.1', false],
  ])('seals a ClientHello for %s that a server can open', (host, named) => {
    const datagram = initialDatagram(host, ids, Buffer.alloc(32, 5));
    expect(datagram).toHaveLength(1_200);
    const { end, version } = readLongHeader(datagram);
    expect(version).toBe(1);
    // No token, two bytes of length; the packet number is masked.
    const numberAt = end + 3;
    const { key, iv } = clientInitialKeys(ids.destination);
    const header = Buffer.from(datagram.subarray(0, numberAt + 4));
    header[0] = 0xc3;
    header.fill(0, numberAt);
    const sealed = datagram.subarray(numberAt + 4);
    const decipher = createDecipheriv('aes-128-gcm', key, iv).setAAD(header);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    expect(plain[0]).toBe(0x06);
    expect(plain.includes('www.example.com')).toBe(named);
    expect(plain.includes('h3')).toBe(true);
    expect(plain.includes(ids.source)).toBe(true);
  });

  it('asks with a version of the reserved form, whatever the random number', () => {
    for (const pattern of [0, 0xffffffff, 0x12345678]) {
      const { version } = readLongHeader(negotiationRequest(pattern, ids));
      expect(version & 0x0f0f0f0f).toBe(0x0a0a0a0a);
    }
  });

  it('names versions', () => {
    expect([1, 0x6b3343cf, 0xff00001d, 0x51303530, 0x00000002, 0x1a2a3a4a].map(versionName)).toEqual([
      'v1',
      'v2',
      'draft-29',
      'Q050',
      '0x00000002',
      undefined,
    ]);
  });
});
