import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import type { Endpoint } from '../../../lib/model/endpoint.ts';
import { check } from './check.ts';
import {
  endpoint,
  type FakeProbe,
  fakeWorld,
  PUBLIC,
  PUBLIC_6,
  resolved,
  seenRefused,
  settings,
  tcpSeen,
} from './fakes.ts';

const answers: FakeProbe = async (spec) => tcpSeen(spec);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('runCheck', () => {
  it('gives a head, each endpoint and a tail that together are a report', async () => {
    const heads: unknown[] = [];
    const tails: unknown[] = [];
    const endpoints: unknown[] = [];
    const { tail } = await check([endpoint(), endpoint({ port: 4001 })], answers, fakeWorld(), {
      profile: 'web',
      asked: [{ setting: 'status', text: 'HTTP status 404 accepted at a:80', host: 'a' }],
      notice: 'a demo',
      events: {
        begin: (head) => void heads.push(head),
        endpoint: (one) => void endpoints.push(one),
        end: (one) => void tails.push(one),
      },
    });
    expect(tails).toEqual([tail]);
    const { counts, ...rest } = tail;
    expect(counts).toEqual({ pass: 2, warn: 0, fail: 0, inconclusive: 0 });
    expect(Report.parse({ ...rest, endpoints })).toMatchObject({
      id: 'run-1',
      profile: 'web',
      measuredWith: [
        { text: 'HTTP status 404 accepted at a:80' },
        { text: 'failures probed again not at all' },
      ],
      notice: 'a demo',
      verdict: 'pass',
      vantages: [{ id: 'local', kind: 'local', controls: [] }],
    });
    expect(heads).toMatchObject([{ id: 'run-1', profile: 'web', startedAt: tail.startedAt }]);
    expect(tail).not.toHaveProperty('partial');
  });

  it('reports each probe and what it saw as it goes', async () => {
    const told: string[] = [];
    await check([endpoint()], answers, fakeWorld(), {
      events: {
        begin: () => void told.push('begin'),
        probing: (one, attempt) => void told.push(`probing ${one.id} ${attempt}`),
        observed: (_, observation) => void told.push(`observed ${observation.address}`),
        endpoint: (report) => void told.push(`report ${report.verdict}`),
        end: () => void told.push('end'),
      },
    });
    const id = `tcp://${PUBLIC}:4000`;
    expect(told).toEqual(['begin', `probing ${id} 1`, `observed ${PUBLIC}`, 'report pass', 'end']);
  });

  it('probes every address of a name and counts the look-up into the time', async () => {
    const world = fakeWorld({ names: { 'www.example.com': [PUBLIC, PUBLIC_6] } });
    const { reports } = await check([endpoint({ host: 'www.example.com' })], answers, world);
    const seen = reports[0]?.observations;
    expect(seen?.map(({ address, family }) => [address, family])).toEqual([
      [PUBLIC, 4],
      [PUBLIC_6, 6],
    ]);
    expect(seen?.[0]?.timings).toEqual({ dns: 3, connect: 1, total: 5 });
  });

  it('says that one address of three is dead', async () => {
    const dead = '203.0.114.12';
    const world = fakeWorld({ names: { 'www.example.com': [PUBLIC, '203.0.114.11', dead] } });
    const probe: FakeProbe = async (spec) => (spec.address === dead ? seenRefused(spec) : tcpSeen(spec));
    const { reports, tail } = await check([endpoint({ host: 'www.example.com' })], probe, world);
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause: 'tcp.some-addresses-dead' });
    expect(reports[0]?.alsoFound).toContain('tcp.refused');
    expect(tail.verdict).toBe('fail');
  });

  it('resolves a host once for all its endpoints', async () => {
    const world = fakeWorld({ names: { 'www.example.com': [PUBLIC] } });
    const ports = [80, 443, 8080].map((port) => endpoint({ host: 'www.example.com', port }));
    await check(ports, answers, world);
    expect(world.questions).toEqual(['www.example.com']);
  });

  it.each([
    ['does not exist', [], 'dns.nxdomain'],
    ['has no address of the chosen family', [PUBLIC_6], 'dns.no-address'],
  ] as const)('reports a name that %s by its look-up, and dials nothing', async (_, addresses, cause) => {
    let probed = 0;
    const probe: FakeProbe = async (spec) => {
      probed += 1;
      return tcpSeen(spec);
    };
    const world = fakeWorld({ names: { 'gone.example': addresses } });
    const { reports } = await check([endpoint({ host: 'gone.example' })], probe, world, {
      settings: settings({ family: '4' }),
    });
    expect(reports[0]).toMatchObject({ verdict: 'fail', cause, side: 'dns' });
    expect(reports[0]?.observations).toMatchObject([{ address: '', state: 'broken' }]);
    expect([probed, world.dials]).toEqual([0, []]);
  });

  it('compares the documented address of a far end with what its name gives', async () => {
    const world = fakeWorld({ names: { 'far.example': [PUBLIC] } });
    const far = endpoint({ host: 'far.example', documentedAddresses: ['203.0.114.99'] });
    const { reports } = await check([far], answers, world);
    expect(reports[0]).toMatchObject({ verdict: 'warn', cause: 'dns.documented-address-changed' });
    const same = endpoint({ host: 'far.example', documentedAddresses: [PUBLIC] });
    expect((await check([same], answers, world)).reports[0]).toMatchObject({ verdict: 'pass' });
  });

  it('warns when the question for one family fails while the other works', async () => {
    const half = resolved('half.example', [PUBLIC]);
    const answersOf = half.answers.map((one) => (one.type === 'AAAA' ? { ...one, code: 'SERVFAIL' } : one));
    const world = fakeWorld({ names: { 'half.example': { ...half, answers: answersOf } } });
    const { reports } = await check([endpoint({ host: 'half.example' })], answers, world);
    expect(reports[0]).toMatchObject({ verdict: 'warn', cause: 'dns.servfail' });
  });

  it('hands a dns endpoint to the dns probe without resolving its name first', async () => {
    const specs: unknown[] = [];
    const probe: FakeProbe = async (spec) => {
      specs.push(spec);
      return {
        kind: 'dns',
        endpointId: spec.endpointId,
        vantage: 'local',
        host: spec.host,
        port: spec.port,
        address: '',
        startedAt: new Date().toISOString(),
        timings: { total: 1 },
        exchange: [],
        dns: resolved(spec.host, [PUBLIC]),
      };
    };
    const world = fakeWorld();
    const asked = endpoint({ kind: 'dns', host: 'www.example.com', port: 53, dnsServer: '203.0.114.53' });
    const { reports } = await check([asked], probe, world);
    expect(specs).toMatchObject([{ kind: 'dns', dnsServer: '203.0.114.53', address: '' }]);
    expect(world.questions).toEqual([]);
    expect(reports[0]).toMatchObject({ verdict: 'pass', kind: 'dns' });
  });

  it('keeps the id of the vantage in what it saw', async () => {
    const { reports, tail } = await check(
      [endpoint()],
      async (spec, { vantage }) => tcpSeen(spec, { vantage }),
      fakeWorld(),
      {
        vantage: { id: 'eu-central-1', kind: 'lambda', sourceAddress: '203.0.114.200' },
      },
    );
    expect(reports[0]?.observations[0]?.vantage).toBe('eu-central-1');
    expect(tail.vantages).toMatchObject([
      { id: 'eu-central-1', kind: 'lambda', sourceAddress: '203.0.114.200' },
    ]);
  });
});

describe('a bug in one place', () => {
  it('costs one endpoint its result and no other', async () => {
    const probe: FakeProbe = async (spec) => {
      if (spec.port === 4001) throw new TypeError('x is undefined\u001b[31m');
      return tcpSeen(spec);
    };
    const { reports, tail } = await check(
      [endpoint(), endpoint({ port: 4001 }), endpoint({ port: 4002 })],
      probe,
      fakeWorld(),
    );
    expect(tail.counts).toEqual({ pass: 2, warn: 0, fail: 0, inconclusive: 1 });
    const broken = reports.find(({ port }) => port === 4001);
    expect(broken).toMatchObject({ verdict: 'inconclusive', cause: 'prober.unavailable', side: 'prober' });
    expect(broken?.summary).toContain('TypeError: x is undefined\\x1b[31m');
  });

  it('in the resolver is reported too', async () => {
    const world = fakeWorld();
    const resolver = { ...world.context.resolver, addresses: () => Promise.reject(new Error('boom')) };
    const broken = { ...world, context: { ...world.context, resolver } };
    const { reports } = await check([endpoint({ host: 'www.example.com' })], answers, broken);
    expect(reports).toMatchObject([{ verdict: 'inconclusive', cause: 'prober.unavailable' }]);
  });

  it('in the iterable or in a handler ends the run with that error, once what is under way is through', async () => {
    function* failing(): Generator<Endpoint> {
      yield endpoint();
      throw new Error('line 7 of the file');
    }
    const seen: string[] = [];
    const events = { endpoint: (report: { id: string }) => void seen.push(report.id) };
    await expect(check(failing(), answers, fakeWorld(), { events })).rejects.toThrow('line 7 of the file');
    expect(seen).toHaveLength(1);

    const broken = { endpoint: () => Promise.reject(new Error('EPIPE')) };
    await expect(check([endpoint()], answers, fakeWorld(), { events: broken })).rejects.toThrow('EPIPE');
  });
});

describe('ten thousand endpoints', () => {
  it('are pulled one by one, with no more in flight than the limit, and none is kept', async () => {
    const total = 10_000;
    let pulled = 0;
    let inFlight = 0;
    let mostInFlight = 0;
    let reported = 0;
    let mostAhead = 0;
    let collected = 0;
    const registryOfReports = new FinalizationRegistry(() => {
      collected += 1;
    });
    function* generate(): Generator<Endpoint> {
      for (; pulled < total; pulled += 1) {
        mostAhead = Math.max(mostAhead, pulled - reported);
        yield endpoint({ host: '127.0.0.1', port: 1 + (pulled % 60_000) });
      }
    }
    const probe: FakeProbe = async (spec) => {
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await tick();
      inFlight -= 1;
      return tcpSeen(spec);
    };
    const { tail } = await check(generate(), probe, fakeWorld({ allowPrivate: true }), {
      settings: settings({ concurrency: 20, allowPrivate: true }),
      events: {
        endpoint: (report) => {
          reported += 1;
          registryOfReports.register(report, undefined);
        },
      },
    });
    expect(tail.counts.pass).toBe(total);
    expect(reported).toBe(total);
    expect(mostInFlight).toBe(20);
    expect(mostAhead).toBeLessThanOrEqual(60);
    // Everything that the run made is still within reach of its tail only: every report has to be collectable.
    for (let round = 0; round < 20 && collected < total; round += 1) {
      collectGarbage();
      await tick();
    }
    expect(collected).toBeGreaterThan(total - 5);
    expect(tail.counts.pass).toBe(total);
  });

  it('wait while reports can not be written', async () => {
    let pulled = 0;
    function* generate(): Generator<Endpoint> {
      for (; pulled < 500; pulled += 1) yield endpoint({ port: 1 + pulled });
    }
    let open = (): void => undefined;
    const pipe = new Promise<void>((resolve) => {
      open = resolve;
    });
    const running = check(generate(), answers, fakeWorld(), {
      settings: settings({ concurrency: 4 }),
      events: { endpoint: () => pipe },
    });
    for (let round = 0; round < 100; round += 1) await tick();
    expect(pulled).toBeLessThan(20);
    open();
    expect((await running).tail.counts.pass).toBe(500);
  });
});
