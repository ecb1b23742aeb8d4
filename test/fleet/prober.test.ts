/** The prober with real probes against real sockets on loopback. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BatchResult } from '../../lib/fleet/batch-result.ts';
import { createProber } from '../../lib/fleet/prober.ts';
import { encodeAnswer } from '../../lib/fleet/prober-answer.ts';
import { decodeAnswer } from '../../lib/fleet/read-answer.ts';
import { ProbeBatch } from '../../lib/model/fleet.ts';
import { endpoint, settings } from '../run/fakes.ts';
import { banner, closedPort, listen, type Peer, silent as silentPeer } from '../servers/tcp-peers.ts';
import { invocation, memoryTelemetry } from './ports.ts';
import { batchResult } from './results.ts';

const peers: Peer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});
async function greeting(text = 'hello\r\n'): Promise<Peer> {
  const peer = await listen(banner(text));
  peers.push(peer);
  return peer;
}

const local = (port: number, given: Parameters<typeof endpoint>[0] = {}) =>
  endpoint({ host: '127.0.0.1', port, ...given });

const batchOf = (endpoints: ProbeBatch['endpoints'], given: Partial<ProbeBatch> = {}): ProbeBatch =>
  ProbeBatch.parse({
    runId: 'run-1',
    vantage: { id: 'eu-west-1', kind: 'lambda', sourceAddress: '198.51.100.7' },
    attempt: 1,
    settings: settings({ timeoutMs: 2_000, deadlineMs: 20_000 }),
    endpoints,
    ...given,
  });

async function probe(
  batch: unknown,
  { allowPrivate = true, ms = 60_000, sourceAddress = '', stopOrigin = '' } = {},
) {
  const telemetry = memoryTelemetry();
  const handler = createProber({
    allowPrivate,
    telemetry,
    ...(sourceAddress && { sourceAddress }),
    ...(stopOrigin && { stopOrigin }),
  });
  const answer = await handler(batch, invocation(ms));
  return { result: BatchResult.parse(JSON.parse(JSON.stringify(answer))), telemetry };
}

const states = ({ results }: BatchResult) =>
  results.map(({ endpointId, judged }) => [endpointId, judged.map(({ finding }) => finding.state)]);

describe('a batch', () => {
  it('is probed by the engine of the command line, from its vantage', async () => {
    const [open, shut] = [await greeting(), await closedPort()];
    const endpoints = [local(open.port), local(shut)];
    const { result } = await probe(batchOf(endpoints));
    expect(states(result)).toEqual(
      expect.arrayContaining([
        [`tcp://127.0.0.1:${open.port}`, ['open']],
        [`tcp://127.0.0.1:${shut}`, ['closed']],
      ]),
    );
    expect(result.vantage).toMatchObject({ id: 'eu-west-1', kind: 'lambda', sourceAddress: '198.51.100.7' });
    expect(result.results.flatMap(({ judged }) => judged.map(({ vantage }) => vantage))).toEqual([
      'eu-west-1',
      'eu-west-1',
    ]);
    expect(result).not.toHaveProperty('partial');
  });

  it('is not confirmed by the prober itself, whatever its settings say', async () => {
    const shut = await closedPort();
    const { result } = await probe(batchOf([local(shut)], { settings: settings({ confirm: 3 }) }));
    expect(result.results[0]?.judged).toHaveLength(1);
  });

  it('at its second attempt tries what failed and nothing else', async () => {
    const [open, shut] = [await greeting(), await closedPort()];
    const name = { host: 'both.test', target: 'both.test' };
    const pins = ['127.0.0.1', '127.0.0.2'].map((address) => ({
      host: 'both.test',
      port: open.port,
      address,
    }));
    const whole = settings({ timeoutMs: 2_000, resolve: pins });
    const endpoints = [local(open.port, name), local(shut)];
    const first = await probe(batchOf(endpoints, { settings: whole }));
    expect(first.result.results.flatMap(({ judged }) => judged)).toHaveLength(3);

    const again = [
      { endpointId: endpoints[0]?.id ?? '', addresses: [{ address: '127.0.0.2', family: 4 as const }] },
    ];
    const { result } = await probe(batchOf(endpoints.slice(0, 1), { attempt: 2, settings: whole, again }));
    const judged = result.results.flatMap((one) => one.judged);
    expect(judged.map(({ attempt, observation }) => [attempt, observation.address])).toEqual([
      [2, '127.0.0.2'],
    ]);
  });

  it('that outlasts the function’s time comes back with what there is', async () => {
    const silent = await listen(silentPeer);
    peers.push(silent);
    const open = await greeting();
    const slow = local(silent.port, { assertions: { send: 'x' } });
    const batch = batchOf([slow, local(open.port)], {
      settings: settings({ timeoutMs: 30_000, concurrency: 2 }),
    });
    // 3 s of it are the margin.
    const { result } = await probe(batch, { ms: 3_500 });
    expect(result.partial).toBe(true);
    expect(new Map(states(result) as [string, string[]][]).get(`tcp://127.0.0.1:${open.port}`)).toEqual([
      'open',
    ]);
    const late = result.results.find(({ endpointId }) => endpointId === slow.id);
    expect(late?.judged[0]?.finding.faults.map(({ cause }) => cause)).toContain('prober.deadline');
  });

  it('ends within seconds when the fleet is stopped, and holds nothing against the target', async () => {
    const silent = await listen(silentPeer);
    peers.push(silent);
    let looks = 0;
    const bucket = createServer((_, response) => {
      looks += 1;
      response.writeHead(looks === 1 ? 403 : 200).end('{}');
    });
    await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', () => resolve()));
    const { port } = bucket.address() as AddressInfo;
    const endpoints = [silent.port, silent.port + 1].map((to) => local(to, { assertions: { send: 'x' } }));
    const batch = batchOf(endpoints, { settings: settings({ timeoutMs: 60_000, concurrency: 1 }) });
    const { result } = await probe({ ...batch, stopUrl: `http://127.0.0.1:${port}/control/stop.json` });
    bucket.close();
    expect(looks).toBe(2);
    expect(result.partial).toBe(true);
    const causes = result.results.map(({ endpointId, judged }) => [
      endpointId,
      judged.flatMap(({ finding }) => [finding.state, ...finding.faults.map(({ cause }) => cause)]),
    ]);
    expect(new Map(causes as [string, string[]][])).toEqual(
      new Map(endpoints.map(({ id }) => [id, ['inconclusive', 'prober.stopped']])),
    );
    // What was sent before the stop stays in the evidence.
    const first = result.results.find(({ endpointId }) => endpointId === endpoints[0]?.id);
    expect(first?.judged[0]?.observation.exchange.some(({ text }) => text.startsWith('connected from'))).toBe(
      true,
    );
  });

  it('takes the address that its stack knows where the batch has none', async () => {
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const };
    const { result } = await probe(batchOf([], { vantage }), { sourceAddress: '198.51.100.9' });
    expect(result.vantage.sourceAddress).toBe('198.51.100.9');
  });

  it('speaks of the families that its network has, not those of its interfaces', async () => {
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const, families: [4 as const, 6 as const] };
    expect((await probe(batchOf([], { vantage }))).result.vantage.families).toEqual([4, 6]);
  });
});

describe('the deployed prober', () => {
  const asked = settings({ allowPrivate: true, timeoutMs: 2_000 });

  it('refuses loopback, even when the batch permits it', async () => {
    const peer = await greeting();
    const { result } = await probe(batchOf([local(peer.port)], { settings: asked }), { allowPrivate: false });
    const [judged] = result.results[0]?.judged ?? [];
    expect(judged?.finding).toMatchObject({
      state: 'inconclusive',
      faults: [{ cause: 'prober.address-refused' }],
    });
    expect(peer.received()).toHaveLength(0);
  });

  it.each([
    'http://bucket.s3.eu-central-1.amazonaws.com/control/stop.json',
    'https://169.254.169.254/control/stop.json',
    'https://s3.amazonaws.com.example.net/control/stop.json',
    'https://bucket.s3.eu-central-1.amazonaws.com:8443/control/stop.json',
    'https://bucket.s3.eu-central-1.amazonaws.com/runs/run-1/plan.json',
    'https://bucket.xs3.eu-central-1.amazonaws.com/control/stop.json',
  ])('fetches nothing from %s, which is no switch of a fleet', async (stopUrl) => {
    const asking = probe({ ...batchOf([]), stopUrl }, { allowPrivate: false });
    await expect(asking).rejects.toMatchObject({ name: 'BatchRefused' });
  });

  it.each([
    'https://bucket.s3.eu-central-1.amazonaws.com/control/stop.json?X-Amz-Expires=55',
    'https://bucket.s3.amazonaws.com/control/stop.json',
    'https://s3.eu-central-1.amazonaws.com/bucket/control/stop.json',
    'https://bucket.s3.cn-north-1.amazonaws.com.cn/control/stop.json',
  ])('takes %s for one', async (stopUrl) => {
    const { result } = await probe({ ...batchOf([]), stopUrl }, { allowPrivate: false });
    expect(result.results).toEqual([]);
  });

  it('takes one from a rig that it was built for, and from nowhere else on its machine', async () => {
    const batch = { ...batchOf([]), stopUrl: 'http://127.0.0.1:9000/bucket/control/stop.json' };
    const options = { allowPrivate: false, stopOrigin: 'http://127.0.0.1:9000' };
    expect((await probe(batch, options)).result.results).toEqual([]);
    const elsewhere = { ...batch, stopUrl: 'http://127.0.0.1:90001/bucket/control/stop.json' };
    await expect(probe(elsewhere, options)).rejects.toMatchObject({ name: 'BatchRefused' });
  });

  it.each(['127.0.0.1', '10.0.0.2:53', '[::1]:53', '169.254.169.254'])(
    'asks no DNS server at %s',
    async (server) => {
      const batch = batchOf([], { settings: settings({ ...asked, dnsServers: [server] }) });
      await expect(probe(batch, { allowPrivate: false })).rejects.toMatchObject({ name: 'BatchRefused' });
    },
  );

  it.each([undefined, null, 'text', {}, { ...batchOf([]), endpoints: 'all' }, { runId: 'run-1' }])(
    'refuses %j',
    async (event) => {
      await expect(probe(event, { allowPrivate: false })).rejects.toMatchObject({ name: 'BatchRefused' });
    },
  );

  it('writes run and vantage into its log, but neither recipients nor hosts', async () => {
    const peer = await greeting('220 mx ESMTP\r\n');
    const mail = local(peer.port, { kind: 'smtp', assertions: { recipient: 'ceo@secret.example' } });
    const { telemetry } = await probe(batchOf([mail], { settings: settings({ timeoutMs: 300 }) }));
    expect(telemetry.lines.length).toBeGreaterThan(0);
    for (const line of telemetry.lines)
      expect(line).toMatchObject({
        runId: 'run-1',
        vantage: 'eu-west-1',
        attempt: 1,
        requestId: 'request-1',
      });
    expect(JSON.stringify(telemetry.lines)).not.toMatch(/secret\.example|127\.0\.0\.1/);
    expect(telemetry.metrics.map(({ name }) => name)).toEqual(['BatchDuration']);
  });
});

describe('an answer too large for Lambda', () => {
  const endpoints = Array.from({ length: 40 }, (_, index) => local(4_000 + index));
  const result = batchResult('eu-west-1', endpoints);

  it('goes plain while it is small, and gzipped when it is not', () => {
    expect(encodeAnswer(result)).toBe(result);
    const answer = encodeAnswer(result, { plain: 1_000, most: 1_000_000 });
    expect(answer).toHaveProperty('gzip');
    expect(decodeAnswer(JSON.stringify(answer))).toEqual(result);
  });

  it('gives up exchanges first, then results, and says that it is not whole', () => {
    const random = () => Array.from({ length: 40 }, () => Math.random().toString(36)).join('');
    const noisy = {
      ...result,
      results: result.results.map((one) => ({
        ...one,
        judged: one.judged.map((judged) => ({
          ...judged,
          observation: {
            ...judged.observation,
            exchange: [{ at: judged.observation.startedAt, dir: 'received' as const, text: random() }],
          },
        })),
      })),
    };
    const whole = JSON.stringify(encodeAnswer(noisy, { plain: 0, most: 1_000_000 })).length;
    const shorter = decodeAnswer(JSON.stringify(encodeAnswer(noisy, { plain: 0, most: whole / 2 })));
    expect(shorter).toMatchObject({ partial: true });
    expect(shorter?.results).toHaveLength(40);
    expect(shorter?.results[0]?.judged[0]?.observation.exchange[0]?.text).toContain('left out');
    const fewest = encodeAnswer(noisy, { plain: 0, most: 800 });
    expect('gzip' in fewest && fewest.gzip.length).toBeLessThanOrEqual(800);
    const few = decodeAnswer(JSON.stringify(fewest))?.results.length ?? 0;
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(40);
  });
});
