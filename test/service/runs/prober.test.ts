/** The prober with real probes against real sockets on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../lib/model/finding.ts';
import { BatchResult } from '../../../lib/service/runs/batch-result.ts';
import { judgeAttempts } from '../../../lib/service/runs/judged-attempts.ts';
import { ProbeBatch } from '../../../lib/service/runs/messages.ts';
import { OLDEST_CONTROL, PAYLOAD_VERSION } from '../../../lib/service/runs/payload-version.ts';
import { createProber } from '../../../lib/service/runs/prober.ts';
import { encodeAnswer } from '../../../lib/service/runs/prober-answer.ts';
import { decodeAnswer } from '../../../lib/service/runs/read-answer.ts';
import { endpoint, settings } from '../../engine/run/fakes.ts';
import { banner, closedPort, listen, type Peer, silent as silentPeer } from '../../servers/tcp-peers.ts';
import { invocation, memoryTelemetry } from './ports.ts';
import { batchResult } from './results.ts';

const peers: Peer[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
  for (const server of servers.splice(0)) server.close();
});
/** The port of an S3 with the status that `status` gives. */
async function bucketAt(address: string, status: () => number): Promise<number> {
  const server = createServer((_, response) => void response.writeHead(status()).end('{}'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, () => resolve()));
  return (server.address() as AddressInfo).port;
}
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
    stopEveryMs: 100,
    ...(sourceAddress && { sourceAddress }),
    ...(stopOrigin && { stopOrigin }),
  });
  const answer = await handler(batch, invocation(ms));
  return { result: BatchResult.parse(JSON.parse(JSON.stringify(answer))), telemetry };
}

/** Findings by endpoint, as the judge makes them of what travelled. */
function findings(endpoints: ProbeBatch['endpoints'], result: BatchResult): Map<string, Finding[]> {
  const plan = { targets: [{ name: 'shop', endpoints, unprobed: [] }] };
  const [attempt] = judgeAttempts(plan, [{ vantage: 'eu-west-1', attempt: 1, result }]);
  if (attempt === undefined || !('results' in attempt)) throw new Error('nothing was judged');
  return new Map([...attempt.results].map(([id, { judged }]) => [id, judged.map(({ finding }) => finding)]));
}
const causesOf = (endpoints: ProbeBatch['endpoints'], result: BatchResult): Map<string, string[]> =>
  new Map(
    [...findings(endpoints, result)].map(([id, all]) => [
      id,
      all.flatMap(({ state, faults }) => [state, ...faults.map(({ cause }) => cause)]),
    ]),
  );
const states = (endpoints: ProbeBatch['endpoints'], result: BatchResult) =>
  [...findings(endpoints, result)].map(([id, all]) => [id, all.map(({ state }) => state)]);
const measuredIn = ({ results }: BatchResult) => results.flatMap(({ measured }) => measured);

describe('a redirect to somebody else', () => {
  it('is followed to ports 80 and 443 alone: no port of a host that nobody has proven is tried', async () => {
    let tried = 0;
    const elsewhere = await listen((socket) => {
      tried += 1;
      socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    });
    peers.push(elsewhere);
    const server = createServer((_, response) => {
      response.writeHead(302, { location: `http://localhost:${elsewhere.port}/` }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoints = [local(port, { kind: 'http', path: '/' })];
    const { result } = await probe(batchOf(endpoints));
    server.close();
    expect(tried).toBe(0);
    const [finding] = [...findings(endpoints, result).values()].flat();
    expect(finding).toMatchObject({ state: 'open' });
    expect(finding?.faults).toMatchObject([
      {
        cause: 'prober.target-not-authorised',
        severity: 'warn',
        summary: expect.stringContaining(`port ${elsewhere.port} of a host that nobody has proven`),
      },
    ]);
  });

  it('from a vantage with IPv6 alone to a host with IPv4 alone is not tried, as ours and as a remark', async () => {
    const server = createServer((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
    }).listen(0, '::1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoints = [local(port, { host: '::1', kind: 'http', path: '/' })];
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const, families: [6 as const] };
    const { result } = await probe(batchOf(endpoints, { vantage }));
    const [finding] = [...findings(endpoints, result).values()].flat();
    expect(finding).toMatchObject({ state: 'open' });
    expect(finding?.faults).toMatchObject([
      {
        cause: 'prober.unavailable',
        side: 'prober',
        severity: 'warn',
        summary: expect.stringMatching(/^::1 redirects to http:\/\/127\.0\.0\.1\/: This vantage has no IPv4/),
      },
    ]);
    const [measured] = measuredIn(result);
    expect(measured?.observation.exchange.map(({ text }) => text)).toContain(
      'no packet was sent to 127.0.0.1:80: there is no IPv4 here',
    );
  });
});

describe('a reflector', () => {
  async function reflecting(text: string) {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end(text);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/ip`;
    return { url, asked: () => asked, close: () => void server.close() };
  }
  const plain = { vantage: { id: 'eu-west-1', kind: 'lambda' as const } };

  it('says what it saw, and the sentence of a failure names it', async () => {
    const reflector = await reflecting('127.0.0.1');
    const endpoints = [local(await closedPort())];
    const reflectors = [{ family: 4, url: reflector.url }];
    const { result } = await probe({ ...batchOf(endpoints, plain), reflectors });
    reflector.close();
    expect(reflector.asked()).toBe(1);
    expect(result.vantage).toMatchObject({ seenAs: [{ address: '127.0.0.1', at: expect.any(String) }] });
    expect(result.vantage).not.toHaveProperty('sourceAddress');
    const [attempt] = judgeAttempts({ targets: [{ name: 'shop', endpoints, unprobed: [] }] }, [
      { vantage: 'eu-west-1', attempt: 1, result },
    ]);
    // In whatever order the two had finished.
    expect(attempt).toMatchObject({ facts: { seenAs: [{ address: '127.0.0.1' }] } });
    const [judged] = attempt !== undefined && 'results' in attempt ? [...attempt.results.values()] : [];
    expect(judged?.facts.seenAs).toEqual(result.vantage.seenAs);
  });

  it('that answers rubbish changes nothing of what was measured', async () => {
    const reflector = await reflecting('<h1>198.51.100.7</h1>');
    const endpoints = [local((await greeting()).port)];
    const reflectors = [{ family: 4, url: reflector.url }, null, { family: 5 }, 'x'];
    const { result } = await probe({ ...batchOf(endpoints, plain), reflectors });
    reflector.close();
    expect(states(endpoints, result)).toEqual([[endpoints[0]?.id, ['open']]]);
    expect(result.vantage).not.toHaveProperty('seenAs');
  });

  it('is not asked for the family of a fixed address', async () => {
    const reflector = await reflecting('127.0.0.1');
    const reflectors = [{ family: 4, url: reflector.url }];
    const { result } = await probe({ ...batchOf([]), reflectors });
    reflector.close();
    expect(reflector.asked()).toBe(0);
    expect(result.vantage).not.toHaveProperty('seenAs');
  });

  it('is not asked for a family that the vantage does not have', async () => {
    const reflector = await reflecting('127.0.0.1');
    const reflectors = [{ family: 4, url: reflector.url }];
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const, families: [6 as const] };
    await probe({ ...batchOf([], { vantage }), reflectors });
    reflector.close();
    expect(reflector.asked()).toBe(0);
  });

  it('without TLS is never asked by a deployed prober', async () => {
    const reflector = await reflecting('198.51.100.7');
    const reflectors = [{ family: 4, url: reflector.url }];
    await probe({ ...batchOf([], plain), reflectors }, { allowPrivate: false });
    reflector.close();
    expect(reflector.asked()).toBe(0);
  });
});

it('answers a call that only wakes it', async () => {
  const handler = createProber({ allowPrivate: false, telemetry: memoryTelemetry() });
  expect(await handler({ wake: true }, invocation())).toEqual({ awake: true });
});

describe('the version', () => {
  it('is stated in the answer, to a control stack that states its own or none', async () => {
    const batch = batchOf([local(await closedPort())]);
    for (const event of [batch, { ...batch, version: 1 }, { ...batch, version: PAYLOAD_VERSION + 1 }])
      expect((await probe(event)).result.version).toBe(PAYLOAD_VERSION);
  });

  it('is all that a control stack hears which is too old', async () => {
    const handler = createProber({ allowPrivate: true, telemetry: memoryTelemetry() });
    const event = { ...batchOf([local(1)]), version: OLDEST_CONTROL - 1 };
    expect(await handler(event, invocation())).toEqual({ version: PAYLOAD_VERSION });
  });
});

describe('a batch', () => {
  it('is probed by the engine of the command line, from its vantage', async () => {
    const [open, shut] = [await greeting(), await closedPort()];
    const endpoints = [local(open.port), local(shut)];
    const { result } = await probe(batchOf(endpoints));
    expect(states(endpoints, result)).toEqual(
      expect.arrayContaining([
        [`tcp://127.0.0.1:${open.port}`, ['open']],
        [`tcp://127.0.0.1:${shut}`, ['closed']],
      ]),
    );
    expect(result.vantage).toMatchObject({ id: 'eu-west-1', kind: 'lambda', sourceAddress: '198.51.100.7' });
    expect(measuredIn(result).map(({ vantage }) => vantage)).toEqual(['eu-west-1', 'eu-west-1']);
    expect(result).not.toHaveProperty('partial');
  });

  it('comes back as it was seen, with no finding in it', async () => {
    const { result } = await probe(batchOf([local(await closedPort())]));
    expect(measuredIn(result)).toMatchObject([{ observation: { connect: { status: 'refused' } } }]);
    expect(JSON.stringify(result)).not.toMatch(/finding|fault|cause|severity|tcp\.refused/);
  });

  it('is not confirmed by the prober itself, whatever its settings say', async () => {
    const shut = await closedPort();
    const { result } = await probe(batchOf([local(shut)], { settings: settings({ confirm: 3 }) }));
    expect(result.results[0]?.measured).toHaveLength(1);
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
    expect(measuredIn(first.result)).toHaveLength(3);

    const again = [
      { endpointId: endpoints[0]?.id ?? '', addresses: [{ address: '127.0.0.2', family: 4 as const }] },
    ];
    const { result } = await probe(batchOf(endpoints.slice(0, 1), { attempt: 2, settings: whole, again }));
    expect(measuredIn(result).map(({ attempt, observation }) => [attempt, observation.address])).toEqual([
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
    const { result } = await probe(batch, { ms: 5_000 });
    expect(result.partial).toBe(true);
    const found = findings(batch.endpoints, result);
    expect(found.get(`tcp://127.0.0.1:${open.port}`)?.map(({ state }) => state)).toEqual(['open']);
    expect(found.get(slow.id)?.[0]?.faults.map(({ cause }) => cause)).toContain('prober.deadline');
  });

  it.each([
    ['over IPv4', '127.0.0.1', '127.0.0.1', undefined],
    ['over IPv6, where the vantage has no other', '::1', '[::1]', [6 as const]],
  ])(
    'ends within seconds when the fleet is stopped, seen %s, and blames nothing on the target',
    async (_, at, host, families) => {
      const silent = await listen(silentPeer, at);
      peers.push(silent);
      let looks = 0;
      const bucket = await bucketAt(at, () => {
        looks += 1;
        return looks === 1 ? 403 : 200;
      });
      const endpoints = [silent.port, silent.port + 1].map((to) =>
        local(to, { host: at, assertions: { send: 'x' } }),
      );
      const batch = batchOf(endpoints, {
        settings: settings({ timeoutMs: 60_000, concurrency: 1 }),
        vantage: { id: 'eu-west-1', kind: 'lambda-vpc', ...(families && { families }) },
      });
      const { result } = await probe({ ...batch, stopUrl: `http://${host}:${bucket}/control/stop.json` });
      expect(looks).toBe(2);
      expect(result).toMatchObject({ partial: true, stopped: true });
      expect(causesOf(endpoints, result)).toEqual(
        new Map(endpoints.map(({ id }) => [id, ['inconclusive', 'prober.stopped']])),
      );
      // What was sent before the stop stays in the evidence.
      const first = result.results.find(({ endpointId }) => endpointId === endpoints[0]?.id);
      expect(
        first?.measured[0]?.observation.exchange.some(({ text }) => text.startsWith('connected from')),
      ).toBe(true);
    },
  );

  it('ends by itself when it could not see a stop, and names that as its own fault', async () => {
    const silent = await listen(silentPeer);
    peers.push(silent);
    const bucket = await bucketAt('127.0.0.1', () => 503);
    const endpoints = [local(silent.port, { assertions: { send: 'x' } })];
    const batch = batchOf(endpoints, { settings: settings({ timeoutMs: 60_000 }) });
    const { result } = await probe({ ...batch, stopUrl: `http://127.0.0.1:${bucket}/control/stop.json` });
    expect(result).toMatchObject({ partial: true, stopUnreadable: 'status 503' });
    expect(result.stopped).toBeUndefined();
    expect(causesOf(endpoints, result)).toEqual(
      new Map(endpoints.map(({ id }) => [id, ['inconclusive', 'prober.stop-unreadable']])),
    );
    expect(findings(endpoints, result).get(endpoints[0]?.id ?? '')?.[0]?.summary).toContain(
      'could not read whether the fleet is stopped (status 503)',
    );
  });

  it('takes the address that its stack knows where the batch has none', async () => {
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const };
    const { result } = await probe(batchOf([], { vantage }), { sourceAddress: '198.51.100.9' });
    expect(result.vantage.sourceAddress).toBe('198.51.100.9');
  });

  it('reports the families that its network has, not those of its interfaces', async () => {
    const vantage = { id: 'eu-west-1', kind: 'lambda-vpc' as const, families: [4 as const, 6 as const] };
    expect((await probe(batchOf([], { vantage }))).result.vantage.families).toEqual([4, 6]);
  });
});

describe('an endpoint that may be probed at some addresses alone', () => {
  it('is not dialled where its name leads elsewhere, which is reported', async () => {
    let called = 0;
    const peer = await listen((socket) => {
      called += 1;
      socket.end('hello\r\n');
    });
    peers.push(peer);
    const moved = endpoint({ host: 'localhost', port: peer.port });
    const own = local(peer.port);
    const bounded = [
      { endpoint: moved, addresses: ['127.0.0.2'] },
      { endpoint: own, addresses: ['127.0.0.1'] },
    ];
    const { result } = await probe(batchOf([], { bounded }));
    expect(called).toBe(1);
    const seen = causesOf([moved, own], result);
    expect(new Set(seen.get(moved.id))).toEqual(new Set(['inconclusive', 'prober.target-not-authorised']));
    expect(seen.get(own.id)?.[0]).toBe('open');
    const [one] = findings([moved, own], result).get(moved.id) ?? [];
    expect(one?.faults[0]?.summary).toBe(
      `${moved.id} was not probed at 127.0.0.1: nobody has proven that this address is theirs.`,
    );
  });

  it('is dialled at no other address in a confirmation, either', async () => {
    const peer = await greeting();
    const own = local(peer.port);
    const again = [{ endpointId: own.id, addresses: [{ address: '127.0.0.1', family: 4 as const }] }];
    const { result } = await probe(
      batchOf([], { bounded: [{ endpoint: own, addresses: ['127.0.0.2'] }], again, attempt: 2 }),
    );
    expect(measuredIn(result).map(({ missing }) => missing?.why)).toEqual(['not-authorised']);
  });

  it('is nothing that a prober guesses at', async () => {
    await expect(probe({ ...batchOf([]), bounded: [{ endpoint: local(9) }] })).rejects.toMatchObject({
      name: 'BatchRefused',
    });
  });
});

describe('the deployed prober', () => {
  const asked = settings({ allowPrivate: true, timeoutMs: 2_000 });

  it('refuses loopback, even when the batch permits it', async () => {
    const peer = await greeting();
    const { result } = await probe(batchOf([local(peer.port)], { settings: asked }), { allowPrivate: false });
    const [finding] = findings([local(peer.port)], result).get(local(peer.port).id) ?? [];
    expect(finding).toMatchObject({
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
    'https://bucket.s3.dualstack.eu-central-1.amazonaws.com/control/stop.json?X-Amz-Expires=55',
    'https://s3.eu-central-1.amazonaws.com/bucket/control/stop.json',
    'https://bucket.s3.cn-north-1.amazonaws.com.cn/control/stop.json',
  ])('takes %s for one', async (stopUrl) => {
    const { result } = await probe({ ...batchOf([]), stopUrl }, { allowPrivate: false });
    expect(result.results).toEqual([]);
  });

  it.each([
    'http://127.0.0.1:9000/bucket/runs/run-1/early/1-eu-west-1.json',
    'https://evil.example/runs/run-1/early/1-eu-west-1.json',
    'https://bucket.s3.eu-central-1.amazonaws.com/runs/run-1/plan.json',
    'no address',
  ])(
    'tells nothing to %s, which is no place for early results, and measures all the same',
    async (earlyUrl) => {
      const asking = await probe({ ...batchOf([]), earlyUrl }, { allowPrivate: false });
      expect(asking.result.results).toEqual([]);
    },
  );

  it('takes one from a rig that it was built for, and from no other place on its machine', async () => {
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

  // The last group of a bare IPv6 address is no port.
  it.each(['2001:4860:4860::8888', '[2620:fe::fe]:53', '9.9.9.9:5353'])(
    'takes a public DNS server written %s',
    async (server) => {
      const batch = batchOf([], { settings: settings({ ...asked, dnsServers: [server] }) });
      expect((await probe(batch, { allowPrivate: false })).result.results).toEqual([]);
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
    expect(decodeAnswer(JSON.stringify(answer)).result).toEqual(result);
  });

  it('gives up exchanges first, then results, and says that it is not whole', () => {
    const random = () => Array.from({ length: 40 }, () => Math.random().toString(36)).join('');
    const noisy = {
      ...result,
      results: result.results.map((one) => ({
        ...one,
        measured: one.measured.map((measured) => ({
          ...measured,
          observation: {
            ...measured.observation,
            exchange: [{ at: measured.observation.startedAt, dir: 'received' as const, text: random() }],
          },
        })),
      })),
    };
    const whole = JSON.stringify(encodeAnswer(noisy, { plain: 0, most: 1_000_000 })).length;
    const { result: shorter } = decodeAnswer(
      JSON.stringify(encodeAnswer(noisy, { plain: 0, most: whole / 2 })),
    );
    expect(shorter).toMatchObject({ partial: true });
    expect(shorter?.results).toHaveLength(40);
    expect(shorter?.results[0]?.measured[0]?.observation.exchange[0]?.text).toContain('left out');
    const fewest = encodeAnswer(noisy, { plain: 0, most: 800 });
    expect('gzip' in fewest && fewest.gzip.length).toBeLessThanOrEqual(800);
    const few = decodeAnswer(JSON.stringify(fewest)).result?.results.length ?? 0;
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(40);
  });
});
