import { describe, expect, it } from 'vitest';
import { FleetVantage } from '../../../lib/model/fleet-vantage.ts';
import { failure } from '../../../lib/service/runs/failure.ts';
import type { FindIpv6 } from '../../../lib/service/runs/ipv6-hosts.ts';
import { MAX_INLINE_BATCHES_BYTES } from '../../../lib/service/runs/limits.ts';
import { FleetRequest, ProbeBatch } from '../../../lib/service/runs/messages.ts';
import { createPlanner } from '../../../lib/service/runs/plan.ts';
import { DEFAULT_RATE_LIMITS } from '../../../lib/service/runs/rate-limit.ts';
import { openReflector } from '../../../lib/service/runs/reflectors.ts';
import { readRequest } from '../../../lib/service/runs/request.ts';
import { RunPlan } from '../../../lib/service/runs/run-plan.ts';
import { PlanOutput } from '../../../lib/service/runs/steps.ts';
import { readRun } from '../../../lib/service/state/runs.ts';
import type { TargetRecord } from '../../../lib/service/state/target-record.ts';
import { MAX_ENDPOINTS } from '../../../lib/service/targets/read-targets.ts';
import { memoryItems } from '../state/memory-items.ts';
import {
  execution,
  FLEET,
  invocation,
  memoryStore,
  memorySwitch,
  memoryTelemetry,
  request,
  targetItem,
  VOUCH,
  vantage,
} from './ports.ts';

const proven = (hosts: string[], method: 'dns-txt' | 'http-file' = 'dns-txt'): TargetRecord => ({
  name: 'shop',
  hosts,
  authorisation: { kind: 'proven', method, at: '2026-02-01T00:00:00.000Z' },
});

const noIpv6: FindIpv6 = async () => ({ hosts: [], unknown: [] });

function planner(
  records: readonly TargetRecord[] = [],
  fleet: readonly FleetVantage[] = FLEET,
  {
    limits = DEFAULT_RATE_LIMITS,
    stop = memorySwitch(),
    items = memoryItems(records.map(targetItem)),
    findIpv6 = noIpv6,
  } = {},
) {
  const store = memoryStore();
  const telemetry = memoryTelemetry();
  const handler = createPlanner({
    fleet,
    items,
    retentionDays: 400,
    store,
    limits,
    stop,
    findIpv6,
    telemetry,
  });
  const plan = async (given: Partial<FleetRequest> = {}, by = execution) =>
    PlanOutput.parse(await handler({ request: request(given), execution: by }, invocation()));
  const stored = () => RunPlan.parse(JSON.parse(store.objects.get('runs/run-1/plan.json') ?? 'null'));
  return { plan, handler, store, items, telemetry, stored };
}

const batchOf = ({ batch }: PlanOutput['dispatches'][number]) => {
  if (!('inline' in batch)) throw new Error('the batch is not in the state');
  return ProbeBatch.parse(batch.inline);
};

const refusal = async (given: object, records: readonly TargetRecord[] = []): Promise<string> => {
  const error = await planner(records)
    .plan(given)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'RequestRefused' });
  return error instanceof Error ? error.message : '';
};

it('keeps a run apart from a name that nobody has registered yet', async () => {
  const { plan, stored } = planner();
  await plan({ targets: [{ name: 'new', check: ['https://www.example.com/'] }], vouch: VOUCH });
  expect(stored().targets).toMatchObject([{ name: 'new', apart: true, authorisation: { kind: 'vouched' } }]);
});

describe('a target under whose name something is registered', () => {
  const definition = { host: 'www.example.com', profile: 'web' };
  const record: TargetRecord = { ...proven(['www.example.com']), definition };

  it.each([
    ['by its name alone', { name: 'shop' }, undefined],
    ['in the very words', { name: 'shop', ...definition }, undefined],
    ['in words for less', { name: 'shop', check: ['https://www.example.com/'] }, true],
    ['in words for more', { name: 'shop', ...definition, closed: ['ssh://www.example.com:2222'] }, true],
  ])('asked for %s', async (_, target, apart) => {
    const { plan, stored } = planner([record]);
    await plan({ targets: [target] });
    expect(stored().targets.map((one) => one.apart)).toEqual([apart]);
  });
});

describe('a validation in the very words of what is registered', () => {
  const definition = { host: 'www.example.com', profile: 'web' };
  const record: TargetRecord = { ...proven(['www.example.com']), definition };

  it.each([
    ['as the fleet probes by itself', {}, undefined],
    ['led to another server', { settings: { resolve: ['www.example.com:443:192.0.2.1'] } }, true],
    ['with another patience', { settings: { timeout: '50ms' } }, true],
    ['from a vantage of choice', { vantages: [FLEET[0]?.id ?? ''] }, true],
  ])('%s', async (_, bent, apart) => {
    const { plan, stored } = planner([record]);
    await plan({ targets: [{ name: 'shop', ...definition }], vouch: VOUCH, ...bent });
    expect(stored().targets.map((one) => one.apart)).toEqual([apart]);
  });
});

it('reads each registered target once', async () => {
  const definition = { host: 'www.example.com', profile: 'web' };
  const items = memoryItems([targetItem({ ...proven(['www.example.com']), definition })]);
  const read: string[] = [];
  const counted: typeof items = {
    ...items,
    getAll: (keys) => {
      read.push(...keys.map(({ pk }) => pk));
      return items.getAll(keys);
    },
  };
  const { plan } = planner([], FLEET, { items: counted });
  await plan({
    targets: [{ name: 'shop' }, { check: ['smtp://mail.example.com'] }],
  });
  expect(read).toEqual(['TARGET#shop', 'TARGET#mail.example.com']);
});

describe('what is planned', () => {
  it('asks each vantage once, however many endpoints there are', async () => {
    const { plan, stored } = planner();
    const check = ['https://www.example.com/', 'http://www.example.com/', 'ssh://www.example.com'];
    const { run, dispatches, results } = await plan({ vouch: VOUCH, targets: [{ name: 'shop', check }] });
    expect(dispatches.map((one) => one.vantage.id)).toEqual(FLEET.map(({ id }) => id));
    for (const dispatch of dispatches) {
      const batch = batchOf(dispatch);
      expect(batch.endpoints.map(({ id }) => id)).toEqual([
        'https://www.example.com:443/',
        'http://www.example.com:80/',
        'ssh://www.example.com:22',
      ]);
      expect(batch).toMatchObject({ runId: 'run-1', attempt: 1, vantage: { id: dispatch.vantage.id } });
      expect(batch.settings.deadlineMs).toBe(dispatch.deadlineMs);
    }
    expect(results).toEqual([]);
    expect(run).toMatchObject({ runId: 'run-1', attempt: 1, planKey: 'runs/run-1/plan.json' });
    expect(stored()).toMatchObject({ requestedBy: request().requestedBy, startedAt: execution.startedAt });
  });

  it('expands a profile as the command line does', async () => {
    const { plan, stored } = planner();
    await plan({ vouch: VOUCH, targets: [{ name: 'shop', host: 'www.example.com', profile: 'web' }] });
    const [target] = stored().targets;
    expect(target).toMatchObject({ name: 'shop', profile: 'web' });
    expect(target?.endpoints.map(({ port }) => port)).toEqual(expect.arrayContaining([80, 443]));
  });

  it('gives targets without a name that of their host', async () => {
    const { plan, stored } = planner();
    await plan({ vouch: VOUCH, targets: [{ check: ['https://a.example/', 'https://b.example/'] }] });
    expect(stored().targets.map(({ name }) => name)).toEqual(['a.example', 'b.example']);
  });

  it('probes what two targets share once, and refuses it when they want different things of it', async () => {
    const { plan } = planner();
    const uri = 'https://www.example.com/';
    const shared = [
      { name: 'a', check: [uri] },
      { name: 'b', check: [{ uri, level: 'recommended' }] },
    ];
    const { dispatches } = await plan({ vouch: VOUCH, targets: shared });
    expect(dispatches.map((one) => batchOf(one).endpoints.length)).toEqual([1, 1, 1]);
    const differing = [
      { name: 'a', check: [uri] },
      { name: 'b', check: [{ uri, assertions: { status: [204] } }] },
    ];
    expect(await refusal({ vouch: VOUCH, targets: differing })).toContain(
      'twice with different expectations',
    );
  });

  it('sends batches through the bucket when they are too large for the state', async () => {
    const { plan, store } = planner();
    const check = Array.from({ length: 300 }, (_, index) => `https://www.example.com/${index}`);
    const output = await plan({ vouch: VOUCH, targets: [{ name: 'shop', check }] });
    expect(JSON.stringify(output).length).toBeLessThan(MAX_INLINE_BATCHES_BYTES);
    for (const { batch, vantage: from } of output.dispatches) {
      if (!('stored' in batch)) throw new Error('the batch is in the state');
      expect(batch.stored.key).toBe(`runs/run-1/batches/1-${from.id}.json`);
      const text = store.objects.get(batch.stored.key) ?? '';
      expect(ProbeBatch.parse(JSON.parse(text)).endpoints).toHaveLength(300);
    }
  });

  it('sends port 25 to vantages that may use it alone', async () => {
    const smtp = vantage('eu-central-1', { kind: 'lambda-vpc', smtp: true, ehloName: 'probe.example.net' });
    const { plan } = planner([], [...FLEET, smtp]);
    const targets = [{ name: 'mail', check: ['smtp://mx.example.com', 'smtps://mx.example.com'] }];
    const { dispatches } = await plan({ vouch: VOUCH, targets });
    const asked = dispatches.map((one) => [one.vantage.id, batchOf(one).endpoints.map(({ port }) => port)]);
    expect(asked).toEqual([...FLEET.map(({ id }) => [id, [465]]), ['eu-central-1', [25, 465]]]);
    const last = dispatches.at(-1);
    expect(last && batchOf(last).settings.ehloName).toBe('probe.example.net');
  });

  it('says so when no vantage may use port 25, instead of blaming the target', async () => {
    const { plan, stored } = planner();
    const { dispatches } = await plan({
      vouch: VOUCH,
      targets: [{ name: 'mail', check: ['smtp://mx.example.com'] }],
    });
    expect(dispatches).toEqual([]);
    expect(stored().targets[0]?.unprobed).toMatchObject([
      { endpointId: 'smtp://mx.example.com:25', cause: 'prober.egress-blocked' },
    ]);
  });

  it('chooses the vantages that were named', async () => {
    const { plan } = planner();
    const { dispatches, run } = await plan({ vouch: VOUCH, vantages: ['us-east-1'] });
    expect(dispatches.map((one) => one.vantage.id)).toEqual(['us-east-1']);
    expect(run.vantages.map(({ id }) => id)).toEqual(['us-east-1']);
  });

  it('never permits private addresses, whatever was asked', async () => {
    const message = await refusal({ vouch: VOUCH, settings: { allowPrivate: true } });
    expect(message).toBe('settings.allowPrivate: unknown key "allowPrivate"');
  });
});

describe('who may be probed', () => {
  const uris = { 'www.example.com': 'https://www.example.com/', 'example.com': 'https://example.com/' };

  it.each<[string, TargetRecord | undefined, string, boolean]>([
    ['the host that was proven', proven(['www.example.com'], 'http-file'), uris['www.example.com'], true],
    ['a name below a domain proven by DNS', proven(['example.com']), uris['www.example.com'], true],
    [
      'a name below a host proven by a file',
      proven(['example.com'], 'http-file'),
      uris['www.example.com'],
      false,
    ],
    ['a domain whose subdomain was proven', proven(['www.example.com']), uris['example.com'], false],
    ['a domain that only ends alike', proven(['ample.com']), uris['example.com'], false],
    ['a target that nobody registered', undefined, uris['example.com'], false],
    ['somebody else’s host under a proven name', proven(['example.com']), 'https://victim.example/', false],
    ['a foreign DNS server', proven(['example.com']), 'dns://198.51.100.53/example.com', false],
  ])('%s', async (_, record, uri, allowed) => {
    const { plan, stored } = planner(record ? [record] : []);
    const { dispatches } = await plan({ targets: [{ name: 'shop', check: [uri] }] });
    const [target] = stored().targets;
    expect(dispatches).toHaveLength(allowed ? FLEET.length : 0);
    expect(target?.authorisation).toEqual(allowed ? record?.authorisation : undefined);
    expect(target?.unprobed.map(({ cause }) => cause)).toEqual(
      allowed ? [] : ['prober.target-not-authorised'],
    );
  });

  it('leaves out single endpoints that no proof covers, and no dispatch has them', async () => {
    const { plan, stored } = planner([proven(['www.example.com'])]);
    const check = [uris['www.example.com'], 'https://victim.example/'];
    const output = await plan({ targets: [{ name: 'shop', check }] });
    expect(JSON.stringify(output)).not.toContain('victim.example');
    expect(stored().targets[0]?.unprobed).toMatchObject([
      {
        endpointId: 'https://victim.example:443/',
        summary: expect.stringContaining('nobody has proven that victim.example is theirs'),
      },
    ]);
  });

  it('does not name a foreign recipient to a mail server', async () => {
    const fleet = [vantage('eu-central-1', { smtp: true })];
    const { plan } = planner([proven(['example.com'])], fleet);
    const check = [{ uri: 'smtp://mx.example.com', assertions: { recipient: 'ceo@victim.example' } }];
    const { dispatches } = await plan({ targets: [{ name: 'shop', check }] });
    expect(dispatches).toEqual([]);
  });

  it('takes an operator’s word for what is not proven, and keeps who gave it', async () => {
    const { plan, stored } = planner();
    const { dispatches } = await plan({ vouch: VOUCH });
    expect(dispatches).toHaveLength(FLEET.length);
    expect(stored().targets[0]?.authorisation).toEqual({ kind: 'vouched', ...VOUCH });
  });

  it('prefers the proof on record to a word', async () => {
    const record = proven(['example.com']);
    const { plan, stored } = planner([record]);
    await plan({ vouch: VOUCH });
    expect(stored().targets[0]?.authorisation).toEqual(record.authorisation);
  });

  it('probes the vendor’s far ends along with a target, but not without it', async () => {
    const targets = [
      { name: 'shop', host: 'shop.example.com', profile: 'lucy-saas', options: { dependencies: true } },
    ];
    const dependencies = (output: PlanOutput) =>
      output.dispatches[0] === undefined
        ? []
        : batchOf(output.dispatches[0]).endpoints.filter(({ isDependency }) => isDependency);
    const allowed = await planner([proven(['example.com'])]).plan({ targets });
    expect(dependencies(allowed).length).toBeGreaterThan(0);
    expect(dependencies(await planner([]).plan({ targets }))).toEqual([]);
  });

  it.each([
    ['resolve', 'www.example.com:443:198.51.100.1'],
    ['dns', '198.51.100.53'],
    ['control', '443=victim.example'],
  ])('needs an operator’s word for %s, which could lead elsewhere', async (name, value) => {
    const record = proven(['example.com']);
    const message = await refusal({ settings: { [name]: value } }, [record]);
    expect(message).toContain(`settings.${name}`);
    const { plan } = planner([record]);
    expect((await plan({ vouch: VOUCH, settings: { [name]: value } })).dispatches).toHaveLength(3);
  });
});

describe('a request that makes no sense is refused in one line', () => {
  it.each<[string, object, string]>([
    ['run id', { runId: 'a/b' }, 'runId: '],
    ['no target', { targets: [] }, 'targets: '],
    ['unknown key', { allowPrivate: true }, 'allowPrivate: unknown key'],
    ['unknown vantage', { vantages: ['eu-west-2'] }, 'there is no vantage "eu-west-2"'],
    ['no vantage', { vantages: [] }, 'vantages: name one at least'],
    [
      'unknown profile',
      { targets: [{ host: 'example.com', profile: 'wbe' }] },
      'targets[0].profile: there is no profile "wbe"',
    ],
    [
      'a profile that is a file',
      { targets: [{ host: 'example.com', profile: '/etc/passwd' }] },
      'targets[0].profile: there is no profile "/etc/passwd"',
    ],
    ['URI', { targets: [{ check: ['gopher://example.com'] }] }, 'targets[0].check[0]: '],
    ['setting', { settings: { confirm: 9 } }, 'settings.confirm: '],
    ['files', { settings: { ca: '/etc/ssl/cert.pem' } }, 'settings.ca: unknown key'],
    [
      'too much',
      {
        targets: Array.from({ length: 12 }, (_, host) => ({
          check: Array.from({ length: 100 }, (__, path) => `https://h${host}.example/${path}`),
        })),
      },
      `more than ${MAX_ENDPOINTS} endpoints`,
    ],
  ])('%s', async (_, given, message) => {
    const text = await refusal(given);
    expect(text).toContain(message);
    expect(text).not.toContain('\n');
  });
});

describe('a target that is asked for by its name alone', () => {
  const registered: TargetRecord = {
    ...proven(['www.example.com']),
    definition: { host: 'www.example.com', profile: 'web', closed: ['ssh://www.example.com'] },
  };

  it('is what is registered under it', async () => {
    const { plan, stored } = planner([registered]);
    await plan({ targets: [{ name: 'shop' }] });
    expect(stored().targets).toMatchObject([
      { name: 'shop', profile: 'web', authorisation: { kind: 'proven' }, unprobed: [] },
    ]);
    expect(stored().targets[0]?.endpoints.map(({ id }) => id)).toContain('ssh://www.example.com:22 (closed)');
  });

  it.each([
    ['nobody registered it', []],
    ['it was registered without saying what to check', [proven(['www.example.com'])]],
  ])('is refused when %s', async (_, records) => {
    expect(await refusal({ targets: [{ name: 'shop' }] }, records)).toBe(
      'targets[0].name: no target "shop" is registered, and nothing else says what to check',
    );
  });
});

describe('a proof that lapsed', () => {
  const lapsed = (lapsedSince: string): TargetRecord => ({
    name: 'shop',
    hosts: ['www.example.com'],
    proofs: [{ host: 'example.com', method: 'dns-txt', below: true, at: lapsedSince, lapsedSince }],
  });

  it.each([
    ['2026-02-23T00:00:00.000Z', 0],
    ['2026-02-22T00:00:00.000Z', 1],
  ])('since %s leaves %d endpoints unprobed on the first of March', async (since, unprobed) => {
    const { plan, stored } = planner([lapsed(since)]);
    await plan();
    expect(stored().targets[0]?.unprobed).toHaveLength(unprobed);
  });
});

describe('a stopped fleet', () => {
  it('plans nothing, and says who stopped it', async () => {
    const notice = { by: 'arn:ada', at: '2026-03-01T00:00:00.000Z', reason: 'a customer calls' };
    const { plan, store, items } = planner([], FLEET, { stop: memorySwitch(notice) });
    await expect(plan({ vouch: VOUCH })).rejects.toMatchObject({
      name: 'FleetStopped',
      message: expect.stringContaining('by arn:ada: a customer calls'),
    });
    expect([store.objects.size, items.all()]).toEqual([0, []]);
  });
});

describe('too many runs', () => {
  const limits = { perTarget: 2, perRequester: 3 };
  const at = (name: string, startedAt = execution.startedAt) => ({
    id: `arn:aws:states:eu-west-1:123456789012:execution:${name}`,
    startedAt,
  });
  const target = (name: string, host = `${name}.example.com`) => ({ name, check: [`https://${host}/`] });
  const runner = () => {
    const { plan } = planner([], FLEET, { limits });
    return (runId: string, name: string, startedAt?: string) =>
      plan({ runId, vouch: VOUCH, targets: [target(name)] }, at(`check:${runId}`, startedAt)).then(
        () => 'planned',
        (error: Error) => `${error.name}: ${error.message}`,
      );
  };

  it('of one host for which somebody vouches are refused until the next hour, with the time', async () => {
    const run = runner();
    expect([await run('a', 'shop'), await run('b', 'shop')]).toEqual(['planned', 'planned']);
    expect(await run('c', 'shop')).toBe(
      'RateLimited: 2 runs of the host shop.example.com in the hour from 09:00 UTC are as many as there may be: try again at 10:00 UTC',
    );
    expect(await run('d', 'other')).toBe('planned');
    expect(await run('e', 'shop', '2026-03-01T10:00:00.000Z')).toBe('planned');
  });

  it('of a registered target go by its name', async () => {
    const record = { ...proven(['www.example.com']), definition: { check: ['https://www.example.com/'] } };
    const { plan } = planner([record], FLEET, { limits: { ...limits, perTarget: 1 } });
    const run = (runId: string) => plan({ runId, targets: [{ name: 'shop' }] }, at(`check:${runId}`));
    await run('a');
    await expect(run('b')).rejects.toMatchObject({
      name: 'RateLimited',
      message: expect.stringContaining('1 runs of the target shop'),
    });
  });

  it('of one requester are refused, too', async () => {
    const run = runner();
    for (const name of ['a', 'b', 'c']) expect(await run(name, name)).toBe('planned');
    expect(await run('d', 'd')).toMatch(
      /^RateLimited: 3 runs by arn:aws:sts::.*\/operator in the hour from 09:00/,
    );
  });

  it('are not made of one that is repeated', async () => {
    const run = runner();
    for (let times = 0; times < 5; times += 1) expect(await run('a', 'shop')).toBe('planned');
  });

  it('are not made of a sweep, whose children are one request', async () => {
    const { plan } = planner([], FLEET, { limits });
    for (const child of ['a', 'b', 'c', 'd', 'e'])
      await plan(
        { runId: child, vouch: VOUCH, targets: [target(child, 'www.example.com')] },
        at(`sweep/Targets:${child}`),
      );
  });
});

describe('the same run twice', () => {
  it('gives the same execution the same plan again', async () => {
    const { plan } = planner();
    expect(await plan({ vouch: VOUCH })).toEqual(await plan({ vouch: VOUCH }));
  });

  it('does not let another execution take the run id', async () => {
    const { plan, stored } = planner();
    await plan({ vouch: VOUCH });
    const other = { id: `${execution.id}-2`, startedAt: '2026-03-01T10:00:00.000Z' };
    await expect(plan({ vouch: VOUCH }, other)).rejects.toMatchObject({ name: 'RunIdTaken' });
    expect(stored().startedAt).toBe(execution.startedAt);
  });

  it('has who asked on record before any packet', async () => {
    const { plan, items } = planner();
    await plan({ vouch: VOUCH });
    expect(await readRun(items, 'run-1')).toEqual({
      runId: 'run-1',
      execution: execution.id,
      requestedBy: request().requestedBy,
      startedAt: execution.startedAt,
      targets: ['shop'],
    });
  });
});

it('ends by name when the state machine hands it something else', async () => {
  const { handler } = planner();
  await expect(handler({ request: request() }, invocation())).rejects.toMatchObject({
    name: 'StepContractBroken',
    message: expect.stringContaining('execution'),
  });
});

describe('a run of some endpoints', () => {
  const targets = [
    { name: 'shop', check: ['https://a.example.com/', 'https://b.example.com/'] },
    { name: 'other', check: ['https://c.example.com/'] },
  ];

  it('asks for these alone, and says so to the steps behind', async () => {
    const { plan, stored } = planner();
    const { run, dispatches } = await plan({ targets, vouch: VOUCH, only: ['https://b.example.com:443/'] });
    expect(run.only).toBe(true);
    for (const dispatch of dispatches)
      expect(batchOf(dispatch).endpoints.map(({ id }) => id)).toEqual(['https://b.example.com:443/']);
    expect(stored().targets.map(({ name, endpoints }) => [name, endpoints.length])).toEqual([['shop', 1]]);
  });

  it('is refused for an endpoint that no target has', async () => {
    expect(await refusal({ targets, only: ['https://b.example.com:444/'] })).toBe(
      'only: the request has no endpoint "https://b.example.com:444/"; did you mean https://b.example.com:443/ or https://a.example.com:443/ or https://c.example.com:443/?',
    );
  });
});

describe('vantages with IPv6 alone', () => {
  const fleet = [vantage('eu-west-1'), vantage('eu-west-1-ipv6', { kind: 'lambda-vpc', families: [6] })];
  const shop = proven(['shop.example', 'api.example', '203.0.113.9', '2001:db8::9']);
  const check = [
    'https://shop.example',
    'tcp://api.example:8443',
    'tcp://203.0.113.9:80',
    'tcp://[2001:db8::9]:80',
    'smtp://shop.example',
  ];
  const asked = async (findIpv6: FindIpv6, more: Partial<FleetRequest> = {}) => {
    const it = planner([shop], fleet, { findIpv6 });
    const { dispatches } = await it.plan({ targets: [{ name: 'shop', check }], ...more });
    const ids = new Map(
      dispatches.map((one) => [
        one.vantage.id,
        batchOf(one).endpoints.map(({ host, port }) => `${host} ${port}`),
      ]),
    );
    return { ...it, six: ids.get('eu-west-1-ipv6'), four: ids.get('eu-west-1'), dispatches };
  };

  it('are asked about hosts that have an IPv6 address or are one, and the plain ones about all', async () => {
    const { six, four, stored } = await asked(async () => ({ hosts: ['shop.example'], unknown: [] }));
    expect(six).toEqual(['shop.example 443', '2001:db8::9 80']);
    expect(four).toEqual(['shop.example 443', 'api.example 8443', '203.0.113.9 80', '2001:db8::9 80']);
    expect(stored().ipv6).toEqual({ hosts: ['shop.example'], unknown: [] });
  });

  it('are asked about a host that could not be looked up, and the log says so', async () => {
    const unknown = [{ host: 'api.example', why: 'SERVFAIL' }];
    const { six, telemetry } = await asked(async () => ({ hosts: [], unknown }));
    expect(six).toEqual(['api.example 8443', '2001:db8::9 80']);
    expect(JSON.stringify(telemetry)).toContain('not known whether a host has IPv6');
  });

  it('are not asked at all where there is none, which costs nothing then', async () => {
    const { dispatches } = await asked(noIpv6, { targets: [{ name: 'shop', check: check.slice(0, 3) }] });
    expect(dispatches.map((one) => one.vantage.id)).toEqual(['eu-west-1']);
  });

  it('leave an endpoint unprobed, and say why, where no other was chosen', async () => {
    const { stored } = await asked(noIpv6, {
      targets: [{ name: 'shop', check: check.slice(0, 1) }],
      vantages: ['eu-west-1-ipv6'],
    });
    expect(stored().targets[0]?.unprobed).toMatchObject([
      { cause: 'prober.unavailable', summary: expect.stringContaining('shop.example has no IPv6 address') },
    ]);
  });

  it('are asked nothing of a fleet without any: nobody looks', async () => {
    const { plan, stored } = planner([shop], fleet.slice(0, 1), {
      findIpv6: () => Promise.reject(new Error('looked up')),
    });
    await plan({ targets: [{ name: 'shop', check }] });
    expect(stored().ipv6).toBeUndefined();
  });

  it('refuse DNS servers by IPv4 by name, and get those that they can reach', async () => {
    const vouched = { vouch: VOUCH, targets: [{ name: 'shop', check }] };
    await expect(asked(noIpv6, { ...vouched, settings: { dns: ['192.0.2.53'] } })).rejects.toMatchObject({
      name: 'RequestRefused',
      message: expect.stringContaining(
        "settings.dns: 192.0.2.53 can't be reached from eu-west-1-ipv6, which has IPv6 alone",
      ),
    });
    const { dispatches } = await asked(noIpv6, {
      ...vouched,
      settings: { dns: ['192.0.2.53', '2001:db8::53'] },
    });
    expect(dispatches.map((one) => batchOf(one).settings.dnsServers)).toEqual([
      ['192.0.2.53', '2001:db8::53'],
      ['2001:db8::53'],
    ]);
  });
});

describe('whom a vantage asks for its address', () => {
  const fleet = [vantage('eu-west-1'), vantage('six', { families: [6] })];
  const planned = async (reflectors: Parameters<typeof createPlanner>[0]['reflectors']) => {
    const handler = createPlanner({
      fleet,
      items: memoryItems(),
      retentionDays: 400,
      store: memoryStore(),
      limits: DEFAULT_RATE_LIMITS,
      stop: memorySwitch(),
      telemetry: memoryTelemetry(),
      findIpv6: async () => ({ hosts: ['www.example.com'], unknown: [] }),
      ...(reflectors && { reflectors }),
    });
    const given = request({ targets: [{ name: 'new', check: ['https://www.example.com/'] }], vouch: VOUCH });
    return PlanOutput.parse(await handler({ request: given, execution }, invocation()));
  };

  it('goes with the first attempt, over each family that it has', async () => {
    const { dispatches } = await planned(openReflector('https://d1.example/ip'));
    expect(dispatches.map(({ vantage: { id }, reflectors }) => [id, reflectors])).toEqual([
      ['eu-west-1', [{ family: 4, url: 'https://d1.example/ip' }]],
      ['six', [{ family: 6, url: 'https://d1.example/ip' }]],
    ]);
  });

  it('is nobody where the table refuses, and the run is made all the same', async () => {
    const { dispatches } = await planned(() => Promise.reject(failure('StoreFailed', 'throttled')));
    expect(dispatches).toHaveLength(2);
    for (const dispatch of dispatches) expect(dispatch).not.toHaveProperty('reflectors');
  });
});

describe('a run with listeners', () => {
  const asked = { targets: [{ name: 'shop' }], withListener: true as const };
  const registered: TargetRecord = {
    ...proven(['www.example.com']),
    definition: {
      check: ['https://www.example.com/', 'ntp://www.example.com'],
      closed: ['ssh://www.example.com'],
    },
  };

  it('asks them in the place of the servers, and says so to the dispatcher', async () => {
    const { plan, stored } = planner([registered]);
    const { dispatches } = await plan(asked);
    expect(stored().targets[0]?.endpoints.map(({ id }) => id)).toEqual([
      'listener://www.example.com:443',
      'ssh://www.example.com:22 (closed)',
    ]);
    expect(dispatches.map(({ withListener }) => withListener)).toEqual([true, true, true]);
  });

  it('leaves machines of others out, and refuses those that are named', async () => {
    const request = {
      ...FleetRequest.parse({ ...asked, runId: '20261130T101400Z-1f0c9a7b', requestedBy: 'ada' }),
    };
    const site = FleetVantage.parse({ id: 'basel', region: 'site', functionName: 'basel', kind: 'site' });
    const home = FleetVantage.parse({ id: 'home', region: 'r', functionName: 'f', kind: 'local' });
    const known = new Map([['shop', registered]]);
    const read = await readRequest(request, [home, site], known);
    expect(read.ok && read.value.vantages.map(({ id }) => id)).toEqual(['home']);
    for (const refused of [
      await readRequest({ ...request, vantages: ['home', 'basel'] }, [home, site], known),
      await readRequest(request, [site], known),
    ])
      expect(refused).toMatchObject({
        ok: false,
        message: expect.stringContaining('site vantages challenge no listeners'),
      });
    const plain = await readRequest({ ...request, withListener: undefined }, [home, site], known);
    expect(plain.ok && plain.value.vantages).toHaveLength(2);
  });

  it('says nothing of the state of the target', async () => {
    const { plan, stored } = planner([registered]);
    await plan(asked);
    expect(stored().targets[0]?.apart).toBe(true);
  });

  it('can be asked for one of its ports by the id that its report has', async () => {
    const { plan, stored } = planner([registered]);
    await plan({ ...asked, only: ['listener://www.example.com:443'] });
    expect(stored().targets[0]?.endpoints).toHaveLength(1);
  });
});

describe('a run with listeners that prove its hosts', () => {
  const definition = {
    check: ['https://www.example.com/', 'ssh://www.example.com:2022', 'https://other.example.com/'],
    closed: ['ssh://www.example.com'],
  };
  const unproven: TargetRecord = {
    name: 'shop',
    hosts: ['www.example.com', 'other.example.com'],
    definition,
  };
  const proof = { host: 'www.example.com', address: '198.51.100.7', port: 80, listenerPort: 80 };
  const ownListeners = {
    runId: 'run-1',
    at: '2026-03-01T09:29:58.000Z',
    proofs: [proof],
    refused: [{ host: 'other.example.com', why: 'it answered nonsense' }],
  };
  const asked = { targets: [{ name: 'shop' }], withListener: true as const, ownListeners };

  it('may ask those ports at those addresses, and nothing else', async () => {
    const { plan, stored } = planner([unproven]);
    const { dispatches } = await plan(asked);
    const [target] = stored().targets;
    expect(target?.authorisation).toEqual({ kind: 'listener', at: ownListeners.at, proofs: [proof] });
    expect(target?.unprobed.map(({ endpointId, cause, summary }) => [endpointId, cause, summary])).toEqual([
      [
        'listener://other.example.com:443',
        'prober.target-not-authorised',
        'listener://other.example.com:443 was not probed: nobody has proven that other.example.com is theirs, and no listener there did: it answered nonsense.',
      ],
      [
        'ssh://www.example.com:22 (closed)',
        'prober.target-not-authorised',
        'ssh://www.example.com:22 (closed) was not probed: a listener proves its own ports of www.example.com for this run, and nothing else of it.',
      ],
    ]);
    expect(dispatches).toHaveLength(3);
    for (const { endpoints, bounded } of dispatches.map(batchOf)) {
      expect(endpoints).toEqual([]);
      expect(bounded?.map(({ endpoint, addresses }) => [endpoint.id, addresses])).toEqual([
        ['listener://www.example.com:443', ['198.51.100.7']],
        ['listener://www.example.com:2022', ['198.51.100.7']],
      ]);
    }
  });

  it.each([
    ['another run', { ...ownListeners, runId: 'run-2' }],
    ['an earlier hour', { ...ownListeners, at: '2026-03-01T09:19:00.000Z' }],
  ])('has nothing of those of %s', async (_, other) => {
    const { plan, stored } = planner([unproven]);
    const { dispatches } = await plan({ ...asked, ownListeners: other });
    expect(stored().targets[0]?.authorisation).toBeUndefined();
    expect(dispatches).toEqual([]);
  });

  it('authorise no server in its own protocol', async () => {
    const { plan, stored } = planner([unproven]);
    const { dispatches } = await plan({ targets: [{ name: 'shop' }], ownListeners });
    expect(stored().targets[0]?.authorisation).toBeUndefined();
    expect(dispatches).toEqual([]);
  });

  it.each([
    ['dialled', { ...proof, port: 1_024 }],
    ['named by the listener', { ...proof, listenerPort: 8_443 }],
  ])('is refused with a port %s that anybody may open', async (_, high) => {
    expect(
      await refusal({ ...asked, ownListeners: { ...ownListeners, proofs: [high] } }, [unproven]),
    ).toContain('ownListeners');
  });

  it('goes by what is on record where there is something', async () => {
    const { plan, stored } = planner([{ ...unproven, ...proven(['other.example.com']) }]);
    const record: TargetRecord = {
      ...unproven,
      proofs: [
        { host: 'other.example.com', method: 'dns-txt', below: false, at: '2026-02-01T00:00:00.000Z' },
      ],
    };
    const both = planner([record]);
    const { dispatches } = await both.plan(asked);
    expect(both.stored().targets[0]?.authorisation).toMatchObject({
      kind: 'listener',
      others: { kind: 'proven', method: 'dns-txt' },
    });
    for (const { endpoints, bounded } of dispatches.map(batchOf)) {
      expect(endpoints.map(({ id }) => id)).toEqual(['listener://other.example.com:443']);
      expect(bounded).toHaveLength(2);
    }
    await plan({ ...asked, vouch: VOUCH });
    expect(stored().targets[0]?.authorisation?.kind).toBe('vouched');
    expect(stored().targets[0]?.onlyAt).toBeUndefined();
  });
});
