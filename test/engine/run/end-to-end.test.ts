/** The real probes, the real guard and real sockets on loopback, through the whole engine. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLocalContext } from '../../../lib/engine/context.ts';
import { type EndpointReport, Report } from '../../../lib/engine/report-schema.ts';
import { runCheck } from '../../../lib/engine/run/run.ts';
import { probes } from '../../../lib/kinds/probes.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import { createAuthority } from '../../certificates/authority.ts';
import { startDnsServer } from '../../servers/dns-server.ts';
import { helloFilter, upTo } from '../../servers/hello-filter.ts';
import { closedPort } from '../../servers/tcp-peers.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { endpoint } from './fakes.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
async function listen(onSocket: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

async function run(endpoints: Iterable<Endpoint>, given: Partial<RunSettings> = {}, signal?: AbortSignal) {
  const settings = RunSettings.parse({
    allowPrivate: true,
    confirm: 0,
    confirmPauseMs: 1,
    timeoutMs: 2_000,
    ...given,
  });
  const stop = signal ?? new AbortController().signal;
  const reports: EndpointReport[] = [];
  const tail = await runCheck({
    id: 'run-1',
    endpoints,
    settings,
    context: createLocalContext(settings, stop),
    probes,
    vantage: { id: 'local', kind: 'local' },
    events: { endpoint: (report) => void reports.push(report) },
    signal: stop,
  });
  const { counts, ...rest } = tail;
  expect(Report.safeParse({ ...rest, endpoints: reports }).error).toBeUndefined();
  return { tail, reports };
}
const local = (port: number, rest: Partial<Endpoint> = {}) => endpoint({ host: '127.0.0.1', port, ...rest });

describe('a check on loopback', () => {
  it('distinguishes an ssh server that must not be there, a closed port and a silent one', async () => {
    const ssh = await listen((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    const mute = await listen(() => undefined);
    const gone = await closedPort();
    const { reports, tail } = await run(
      [
        local(ssh, { kind: 'ssh' }),
        local(ssh, { kind: 'ssh', expect: 'closed' }),
        local(gone),
        local(gone, { expect: 'closed' }),
        local(mute),
      ],
      { timeoutMs: 400 },
    );
    const verdicts = new Map(reports.map(({ id, verdict, cause }) => [id, [verdict, cause]]));
    expect(Object.fromEntries(verdicts)).toEqual({
      [`ssh://127.0.0.1:${ssh}`]: ['pass', undefined],
      [`ssh://127.0.0.1:${ssh} (closed)`]: ['fail', 'exposure.open-but-must-be-closed'],
      [`tcp://127.0.0.1:${gone}`]: ['fail', 'tcp.refused'],
      [`tcp://127.0.0.1:${gone} (closed)`]: ['pass', undefined],
      [`tcp://127.0.0.1:${mute}`]: ['fail', 'tcp.accepts-then-silent'],
    });
    expect(tail.counts).toEqual({ pass: 2, warn: 0, fail: 3, inconclusive: 0 });
  });

  it('holds a flap to be one when the second attempt finds the service', async () => {
    let connections = 0;
    const port = await listen((socket) => {
      connections += 1;
      if (connections === 1) socket.resetAndDestroy();
      else socket.write('hello\r\n');
    });
    const { reports } = await run([local(port)], { confirm: 2 });
    expect(reports[0]).toMatchObject({ verdict: 'warn', flapped: true, cause: 'tcp.accepts-then-resets' });
    expect(connections).toBe(2);
  });

  it('finds that the hello of browsers is reset because of its size, where browsers are the clients', async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['localhost'] });
    const behind = await tlsServer({ key, cert: chain });
    const firewall = await helloFilter(behind, upTo(1_460, 'reset'));
    const kinds = ['https', 'tls'] as const;
    const { reports } = await run(
      kinds.map((kind) => local(firewall.port, { kind })),
      { confirm: 1 },
    );
    await firewall.close();
    const causeOf = (kind: string) => reports.find((one) => one.kind === kind)?.cause;
    expect(causeOf('https')).toBe('tls.large-hello-dropped');
    // On a port that is not of the web the hello is a small one, and the handshake completes.
    expect(causeOf('tls')).toMatch(/^tls\.cert-/);
  });

  it('does not believe a mere connect where the negative control that the user names connects too', async () => {
    const port = await listen(() => undefined);
    const { reports, tail } = await run([local(port)], {
      timeoutMs: 300,
      negativeControl: { address: '127.0.0.1' },
    });
    expect(reports[0]).toMatchObject({ verdict: 'inconclusive', cause: 'prober.network-answers-for-all' });
    expect(tail.vantages[0]?.negativeControl).toMatchObject({ address: '127.0.0.1', clean: false });
  });

  it('sees a name with one dead address among its pins', async () => {
    const port = await listen((socket) => void socket.write('hello\r\n'), '127.0.0.1');
    const pins = ['127.0.0.1', '127.0.0.77'].map((address) => ({ host: 'www.example.com', port, address }));
    const { reports } = await run([local(port, { host: 'www.example.com' })], { resolve: pins });
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(reports[0]?.observations.map(({ address, state }) => [address, state])).toEqual([
      ['127.0.0.1', 'open'],
      ['127.0.0.77', 'closed'],
    ]);
  });

  it('resolves at the server that the user names, and reports a name that does not exist', async () => {
    const port = await listen((socket) => void socket.write('hello\r\n'));
    const dns = await startDnsServer({ 'www.site.example': { A: ['127.0.0.1'] } });
    const { reports } = await run(
      [local(port, { host: 'www.site.example' }), local(port, { host: 'gone.site.example' })],
      { dnsServers: [dns.address] },
    );
    await dns.close();
    expect(new Map(reports.map(({ host, verdict, cause }) => [host, cause ?? verdict]))).toEqual(
      new Map([
        ['www.site.example', 'pass'],
        ['gone.site.example', 'dns.nxdomain'],
      ]),
    );
  });

  it('refuses loopback without --allow-private, before any packet', async () => {
    let connections = 0;
    const port = await listen(() => {
      connections += 1;
    });
    const { reports } = await run([local(port)], { allowPrivate: false });
    expect(reports[0]).toMatchObject({ verdict: 'inconclusive', cause: 'prober.address-refused' });
    expect(connections).toBe(0);
  });

  it('asks the server that a dns endpoint names, under the same guard', async () => {
    const dns = await startDnsServer({ 'www.site.example': { A: ['192.0.2.1'] } });
    const asked = endpoint({ kind: 'dns', host: 'www.site.example', port: 53, dnsServer: dns.address });
    const allowed = await run([asked]);
    const refused = await run([asked], { allowPrivate: false });
    await dns.close();
    expect(allowed.reports[0]).toMatchObject({
      verdict: 'pass',
      id: `dns://${dns.address}/www.site.example`,
    });
    expect(refused.reports[0]).toMatchObject({ verdict: 'inconclusive', cause: 'prober.address-refused' });
    const questions = dns.queries.length;
    expect(questions).toBeGreaterThan(0);
  });

  it('ends at once on Ctrl-C with what was measured', async () => {
    const good = await listen((socket) => void socket.write('hello\r\n'));
    const stopped = new AbortController();
    const mute = await listen(() => stopped.abort());
    const { reports, tail } = await run(
      [local(good), local(mute), local(good, { kind: 'ssh' })],
      { timeoutMs: 60_000, concurrency: 1 },
      stopped.signal,
    );
    expect(reports.map(({ port, verdict }) => [port, verdict])).toEqual([[good, 'pass']]);
    expect(tail.partial).toBe(true);
  });

  it('reports the rest as prober.deadline when its time is up', async () => {
    const mute = await listen(() => undefined);
    const { reports, tail } = await run([local(mute), local(mute, { kind: 'ssh' })], {
      timeoutMs: 60_000,
      concurrency: 1,
      deadlineMs: 150,
    });
    expect(reports.map(({ cause }) => cause)).toEqual(['prober.deadline', 'prober.deadline']);
    expect(tail).toMatchObject({ partial: true, verdict: 'inconclusive' });
  });
});
