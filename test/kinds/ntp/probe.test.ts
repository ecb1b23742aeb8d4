import { afterEach, describe, expect, it } from 'vitest';
import { diagnoseNtp } from '../../../lib/kinds/ntp/diagnosis.ts';
import { NtpObservation } from '../../../lib/kinds/ntp/observation.ts';
import { probeNtp } from '../../../lib/kinds/ntp/probe.ts';
import type { ProbeSpec, VantageFacts } from '../../../lib/model/plan.ts';
import { closedUdpPort } from '../../servers/closed-udp-port.ts';
import { type NtpServer, serverPacket, startNtpServer } from '../../servers/ntp-server.ts';
import { testContext, testSpec, testVantage } from '../../servers/probe-context.ts';

let server: NtpServer | undefined;
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
  const observation = await probeNtp(testSpec('ntp', { port, ...spec }), context);
  expect(NtpObservation.parse(observation)).toEqual(observation);
  const { state, faults } = diagnoseNtp(observation, {
    endpoint: {
      id: observation.endpointId,
      target: '127.0.0.1',
      kind: 'ntp',
      host: '127.0.0.1',
      port,
      expect: 'open',
      level: 'required',
    },
    vantage,
    now: 0,
  });
  const [first] = faults;
  return { observation, state, cause: first?.cause, side: first?.side, severity: first?.severity };
}

const control = (port: number, ok: boolean, transport: 'tcp' | 'udp' = 'udp') => ({
  port,
  family: 4 as const,
  target: `ntp.example:${port}`,
  ok,
  detail: ok ? 'answered' : 'no answer',
  at: '',
  transport,
});

describe('the ntp probe', () => {
  it('reads stratum, reference and the offset of the clocks', async () => {
    server = await startNtpServer((request) => [serverPacket(request, { offsetMs: 50_000 })]);
    const { observation, state, cause } = await check(server.port);
    expect(observation.ntp).toMatchObject({ status: 'answered', stratum: 2, referenceId: '192.0.2.1' });
    expect(Math.abs((observation.ntp?.offsetMs ?? 0) - 50_000)).toBeLessThan(1_000);
    expect(observation.localAddress).toBe('127.0.0.1');
    expect({ state, cause }).toEqual({ state: 'open', cause: undefined });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toHaveLength(48);
    expect(server.requests[0]?.[0]).toBe(0x23);
  });

  it('works over IPv6', async () => {
    server = await startNtpServer(
      (request) => [serverPacket(request, { stratum: 1, referenceId: 'GPS\0' })],
      '::1',
    );
    const { observation } = await check(server.port, { address: '::1' });
    expect(observation.ntp).toMatchObject({ status: 'answered', stratum: 1, referenceId: 'GPS' });
  });

  it('waits on when a forged answer comes before the true one', async () => {
    server = await startNtpServer((request) => [
      serverPacket(Buffer.alloc(48, 7), { stratum: 1 }),
      serverPacket(request, { stratum: 3 }),
    ]);
    expect((await check(server.port)).observation.ntp).toMatchObject({ status: 'answered', stratum: 3 });
  });

  it.each([
    ['an echo', (request: Buffer) => [request]],
    ['a short datagram', () => [Buffer.from('hello')]],
    ['a foreign origin timestamp', () => [serverPacket(Buffer.alloc(48, 7))]],
    ['another mode', (request: Buffer) => [serverPacket(request, { mode: 5 })]],
    ['a flood of garbage', () => Array.from({ length: 50 }, () => Buffer.from('\x1b[2J'))],
  ])('takes %s for no NTP', async (_name, reply) => {
    server = await startNtpServer(reply);
    const { observation, state, cause, side } = await check(server.port, { timeoutMs: 300 });
    expect(observation.ntp?.status).toBe('not-ntp');
    expect({ state, cause, side }).toEqual({ state: 'broken', cause: 'ntp.not-ntp', side: 'service' });
  });

  it.each([
    ['RATE', 'warn'],
    ['DENY', 'fail'],
  ])('reports a kiss-of-death of %s', async (code, severity) => {
    server = await startNtpServer((request) => [serverPacket(request, { stratum: 0, referenceId: code })]);
    const result = await check(server.port);
    expect(result.observation.ntp).toMatchObject({ status: 'kiss-of-death', referenceId: code });
    expect(result).toMatchObject({ state: 'open', cause: 'ntp.no-answer', side: 'service', severity });
  });

  it.each([
    ['INIT', { leap: 3, stratum: 0, referenceId: 'INIT' }],
    ['STEP', { leap: 3, stratum: 0, referenceId: 'STEP' }],
    ['no code', { leap: 3, stratum: 0, referenceId: '\0\0\0\0' }],
    ['stratum 16', { leap: 0, stratum: 16, referenceId: 'INIT' }],
    ['an alarm at stratum 3', { leap: 3, stratum: 3 }],
    ['stratum 0 without a code', { leap: 0, stratum: 0, referenceId: '\0\0\0\0' }],
  ])(
    'recognises a server without time of its own by %s, and calls it no kiss-of-death',
    async (_name, fields) => {
      server = await startNtpServer((request) => [serverPacket(request, fields)]);
      const result = await check(server.port);
      expect(result.observation.ntp).toMatchObject({
        status: 'answered',
        stratum: fields.stratum,
        leap: fields.leap,
      });
      expect(result).toMatchObject({
        state: 'open',
        cause: 'ntp.not-synchronised',
        severity: 'fail',
        side: 'service',
      });
    },
  );

  it.each([90_000, -90_000])('warns of clocks that are %i ms apart, and blames neither', async (offsetMs) => {
    server = await startNtpServer((request) => [serverPacket(request, { offsetMs })]);
    expect(await check(server.port)).toMatchObject({
      state: 'open',
      cause: 'ntp.clocks-differ',
      severity: 'warn',
      side: 'prober',
    });
  });

  it('finds a port closed that answers with ICMP port-unreachable', async () => {
    expect(await check(await closedUdpPort())).toMatchObject({
      state: 'closed',
      cause: 'ntp.no-answer',
      side: 'host',
    });
  });

  it('judges silence by the controls alone', async () => {
    server = await startNtpServer(() => []);
    const { port } = server;
    const spec = { timeoutMs: 100 };
    expect(await check(port, spec)).toMatchObject({ state: 'inconclusive', cause: 'prober.no-control' });
    expect(await check(port, spec, testVantage({ controls: [control(port, true)] }))).toMatchObject({
      state: 'filtered',
      cause: 'ntp.no-answer',
      side: 'network',
    });
    expect(await check(port, spec, testVantage({ controls: [control(port, false)] }))).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.egress-blocked',
    });
    // That TCP gets out on a port says nothing about UDP.
    expect(await check(port, spec, testVantage({ controls: [control(port, true, 'tcp')] }))).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.no-control',
    });
  });

  it('sends nothing to an address that the guard refuses', async () => {
    server = await startNtpServer(() => []);
    const result = await check(server.port, {}, testVantage(), testContext({ allowPrivate: false }));
    expect(result).toMatchObject({ state: 'inconclusive', cause: 'prober.address-refused' });
    expect(server.requests).toHaveLength(0);
  });

  it('distinguishes a local failure from one of the network', async () => {
    const { observation, state, cause } = await check(9, { address: 'fe80::1' });
    expect(observation.connect).toMatchObject({ status: 'unreachable', local: true });
    expect({ state, cause: cause?.split('.')[0] }).toEqual({ state: 'inconclusive', cause: 'prober' });
  });

  it('ends with the run', async () => {
    server = await startNtpServer(() => []);
    const run = new AbortController();
    setTimeout(() => run.abort(), 30);
    const context = testContext({ deadline: run.signal });
    expect(await check(server.port, { timeoutMs: 10_000 }, testVantage(), context)).toMatchObject({
      state: 'inconclusive',
      cause: 'prober.deadline',
    });
  });
});
