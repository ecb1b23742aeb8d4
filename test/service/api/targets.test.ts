import { describe, expect, it } from 'vitest';
import { routesOf } from '../../../lib/service/api/route.ts';
import { createRouter } from '../../../lib/service/api/router.ts';
import { targetsHandlers } from '../../../lib/service/api/targets.ts';
import { targetsContracts } from '../../../lib/service/contracts/targets.ts';
import type { OwnershipAnswer, ProveOwnership } from '../../../lib/service/ports/ownership.ts';
import { invocation, memorySwitch, memoryTelemetry } from '../runs/ports.ts';
import { type MemoryItems, memoryItems } from '../state/memory-items.ts';

const ADA = 'arn:aws:iam::111122223333:user/ada';
const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const CHECK = { definition: { check: ['https://www.example.com/'] } };

function api(
  items: MemoryItems = memoryItems(),
  prove: ProveOwnership = () => Promise.reject(new Error('no')),
  stop = memorySwitch(),
) {
  let made = 0;
  const router = createRouter({
    routes: routesOf(
      targetsContracts,
      targetsHandlers({
        items,
        prove,
        stop,
        now: () => NOW,
        randomHex: (bytes) => {
          made += 1;
          return String(made).repeat(bytes * 2);
        },
      }),
    ),
    telemetry: memoryTelemetry(),
  });
  return async (method: string, path: string, body?: unknown, arn = ADA) => {
    const answer = await router(
      {
        version: '2.0',
        rawPath: path,
        rawQueryString: '',
        headers: { 'content-type': 'application/json' },
        requestContext: { http: { method }, authorizer: { iam: { userArn: arn } } },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        isBase64Encoded: false,
      },
      invocation(),
    );
    return { status: answer.statusCode, value: JSON.parse(String(answer.body)) };
  };
}
const recordOf = (items: MemoryItems, name = 'shop') => items.get({ pk: `TARGET#${name}`, sk: 'TARGET' });
const looked = (...hosts: Extract<OwnershipAnswer, { status: 'looked' }>['hosts']): ProveOwnership => {
  return async () => ({ status: 'looked', hosts });
};
const proven = { method: 'dns-txt', at: 'example.com', below: true } as const;

describe('registering', () => {
  it('adds, leaves what is the same alone, and changes', async () => {
    const items = memoryItems();
    const ask = api(items);
    expect(await ask('PUT', '/targets/shop', { ...CHECK, owner: 'Example AG' })).toMatchObject({
      status: 200,
      value: {
        change: 'added',
        target: {
          owner: 'Example AG',
          addedBy: ADA,
          hosts: [{ host: 'www.example.com' }],
          prove: [{ host: 'www.example.com', txt: { value: `inbound-check=${'1'.repeat(32)}` } }],
        },
      },
    });
    expect(await ask('PUT', '/targets/shop', CHECK)).toMatchObject({ value: { change: 'same' } });
    expect(await recordOf(items)).toMatchObject({ version: 1 });
    const other = { definition: { check: ['https://other.example.net/'] }, owner: '' };
    const { value } = await ask('PUT', '/targets/shop', other, 'arn:bob');
    expect(value).toMatchObject({ change: 'changed', target: { addedBy: ADA, changedBy: 'arn:bob' } });
    expect(value.target).not.toHaveProperty('owner');
    // The challenge stays: what was published of it is still good for the hosts that stay.
    expect(await recordOf(items)).toMatchObject({ version: 2, challenge: '1'.repeat(32) });
  });

  it('gives each target a challenge of its own', async () => {
    const ask = api();
    const one = await ask('PUT', '/targets/one', CHECK);
    const two = await ask('PUT', '/targets/two', CHECK);
    expect(one.value.target.prove[0].file.content).not.toBe(two.value.target.prove[0].file.content);
  });

  it('says what is wrong, and where', async () => {
    const ask = api();
    expect(await ask('PUT', '/targets/shop', { definition: { host: 'www.example.com' } })).toMatchObject({
      status: 400,
      value: { detail: expect.stringMatching(/^host: needs a `profile`/), at: 'body.definition' },
    });
  });

  it('does not write over what somebody else wrote at the same moment', async () => {
    const items = memoryItems();
    const ask = api({
      ...items,
      get: async (key) => {
        const found = await items.get(key);
        if (key.sk === 'TARGET')
          await items.put({ ...key, kind: 'target', name: 'shop', version: 9, hosts: ['x'] });
        return found;
      },
    });
    expect(await ask('PUT', '/targets/shop', CHECK)).toMatchObject({ status: 409 });
    expect(await recordOf(items)).toMatchObject({ version: 9 });
  });
});

describe('hosts that change', () => {
  it('keep the proof that covers them, and lose the one that does not', async () => {
    const items = memoryItems();
    const ask = api(items, looked({ host: 'www.example.com', proven }));
    await ask('PUT', '/targets/shop', CHECK);
    await ask('POST', '/targets/shop/verify');
    const check = (...uris: string[]) => ask('PUT', '/targets/shop', { definition: { check: uris } });
    const moved = await check('https://shop.example.com/', 'https://www.example.net/');
    expect(moved.value.target.hosts).toMatchObject([
      { host: 'shop.example.com', authorisation: { kind: 'proven' } },
      { host: 'www.example.net' },
    ]);
    expect(moved.value.target.hosts[1]).not.toHaveProperty('authorisation');
    expect(moved.value.target).not.toHaveProperty('authorisation');
    await check('https://www.example.net/');
    expect(await recordOf(items)).toMatchObject({ proofs: [] });
    // And does not come back with the host.
    const back = await check('https://www.example.com/');
    expect(back.value.target.hosts[0]).not.toHaveProperty('authorisation');
  });

  it('are not covered by a word that was given before they came', async () => {
    const ask = api();
    await ask('PUT', '/targets/shop', CHECK);
    expect(await ask('PUT', '/targets/shop/vouch', { reason: ' contract 7 ' })).toMatchObject({
      value: { authorisation: { kind: 'vouched', by: ADA, reason: 'contract 7' } },
    });
    const check = ['https://www.example.com/', 'https://new.example.com/'];
    const { value } = await ask('PUT', '/targets/shop', { definition: { check } });
    expect(
      value.target.hosts.map((one: { authorisation?: object }) => one.authorisation !== undefined),
    ).toEqual([true, false]);
    const { value: without } = await ask('DELETE', '/targets/shop/vouch');
    expect(without).not.toHaveProperty('vouch');
    expect(without.hosts[0]).not.toHaveProperty('authorisation');
  });

  it('can be vouched for by whoever has a long name', async () => {
    const items = memoryItems();
    const ask = api(items);
    await ask('PUT', '/targets/shop', CHECK);
    const arn = `arn:aws:iam::111122223333:user/${'path/'.repeat(60)}ada`;
    await ask('PUT', '/targets/shop/vouch', { reason: 'x' }, arn);
    expect((await ask('GET', '/targets/shop')).value.vouch.by).toBe(`${arn.slice(0, 199)}…`);
  });

  it.each(['', '   ', 'x'.repeat(501)])('can’t be vouched for without a reason: %j', async (reason) => {
    const ask = api();
    await ask('PUT', '/targets/shop', CHECK);
    expect(await ask('PUT', '/targets/shop/vouch', { reason })).toMatchObject({ status: 400 });
  });
});

describe('verifying', () => {
  it('reports what was found, host by host, and keeps it', async () => {
    const items = memoryItems();
    const ask = api(
      items,
      looked({ host: 'www.example.com', proven }, { host: 'www.example.net', seen: ['HTTP 404'] }),
    );
    const check = ['https://www.example.com/', 'https://www.example.net/'];
    await ask('PUT', '/targets/shop', { definition: { check } });
    expect(await ask('POST', '/targets/shop/verify')).toMatchObject({
      status: 200,
      value: {
        hosts: [
          { host: 'www.example.com', proven: { method: 'dns-txt', at: 'example.com' } },
          { host: 'www.example.net', seen: ['HTTP 404'] },
        ],
      },
    });
    expect(await recordOf(items)).toMatchObject({
      version: 2,
      checkedAt: new Date(NOW).toISOString(),
      proofs: [{ host: 'example.com', below: true }],
    });
  });

  it('looks again when the target was changed meanwhile, and at the hosts that it has then', async () => {
    const items = memoryItems();
    const asked: string[][] = [];
    const ask = api(items, async (hosts) => {
      asked.push([...hosts]);
      const check = ['https://later.example.com/'];
      if (asked.length === 1) await api(items)('PUT', '/targets/shop', { definition: { check } });
      return { status: 'looked', hosts: hosts.map((host) => ({ host, proven })) };
    });
    await ask('PUT', '/targets/shop', CHECK);
    await ask('POST', '/targets/shop/verify');
    expect(asked).toEqual([['www.example.com'], ['later.example.com']]);
    expect(await recordOf(items)).toMatchObject({ hosts: ['later.example.com'], version: 3 });
  });

  it('takes nothing from a target when the look-up could not be made', async () => {
    const items = memoryItems();
    await api(items, looked({ host: 'www.example.com', proven }))('PUT', '/targets/shop', CHECK);
    await api(items, looked({ host: 'www.example.com', proven }))('POST', '/targets/shop/verify');
    const before = await recordOf(items);
    const ask = api(items, async () => ({ status: 'unavailable', message: 'throttled' }));
    expect(await ask('POST', '/targets/shop/verify')).toMatchObject({
      status: 503,
      value: { detail: expect.stringContaining('throttled') },
    });
    expect(await recordOf(items)).toEqual(before);
  });
});

describe('removing', () => {
  it('is refused while a schedule runs the target', async () => {
    const items = memoryItems([{ pk: 'SCHEDULE#shop', sk: 'SCHEDULE', kind: 'schedule', name: 'shop' }]);
    const ask = api(items);
    await ask('PUT', '/targets/shop', CHECK);
    expect(await ask('DELETE', '/targets/shop')).toMatchObject({
      status: 409,
      value: { detail: 'the target "shop" has a schedule: remove that first' },
    });
    expect(await recordOf(items)).toBeDefined();
  });

  it('gives what was removed, and a new challenge to who comes after', async () => {
    const ask = api();
    await ask('PUT', '/targets/shop', CHECK);
    expect(await ask('DELETE', '/targets/shop')).toMatchObject({ status: 200, value: { name: 'shop' } });
    const again = await ask('PUT', '/targets/shop', CHECK);
    expect(again.value).toMatchObject({
      change: 'added',
      target: { prove: [{ file: { content: '2'.repeat(32) } }] },
    });
  });
});

it.each([
  ['GET', '/targets/none'],
  ['DELETE', '/targets/none'],
  ['POST', '/targets/none/verify'],
  ['DELETE', '/targets/none/vouch'],
])('%s %s says that there is no such target', async (method, path) => {
  expect(await api()(method, path)).toMatchObject({
    status: 404,
    value: { detail: expect.stringContaining('no target "none" is registered') },
  });
});

it('lists targets that were registered before proofs were kept by host', async () => {
  const ask = api(
    memoryItems([
      {
        pk: 'TARGET#old',
        sk: 'TARGET',
        kind: 'target',
        name: 'old',
        hosts: ['example.com'],
        authorisation: { kind: 'proven', method: 'dns-txt', at: '2026-01-01T00:00:00.000Z' },
      },
    ]),
  );
  expect(await ask('GET', '/targets')).toMatchObject({
    status: 200,
    value: { targets: [{ name: 'old', hosts: ['example.com'], authorisation: { kind: 'proven' } }] },
  });
});

it('looks for no proof while the fleet is stopped', async () => {
  const items = memoryItems();
  const stop = memorySwitch();
  let looks = 0;
  const prove: ProveOwnership = async () => {
    looks += 1;
    return { status: 'looked', hosts: [{ host: 'www.example.com', proven }] };
  };
  const ask = api(items, prove, stop);
  await ask('PUT', '/targets/shop', CHECK);
  await stop.set({ by: ADA, at: '2026-03-01T00:00:00.000Z', reason: 'a complaint' });
  expect(await ask('POST', '/targets/shop/verify')).toMatchObject({
    status: 503,
    value: { type: 'urn:inbound-check:problem:stopped', detail: expect.stringContaining('a complaint') },
  });
  expect(looks).toBe(0);
  await stop.clear();
  expect(await ask('POST', '/targets/shop/verify')).toMatchObject({ status: 200 });
  expect(looks).toBe(1);
});

describe('the list', () => {
  it('has the state since when it is so, the runs before, and the next one', async () => {
    const items = memoryItems();
    const ask = api(items);
    for (const name of ['fails', 'passes', 'new']) await ask('PUT', `/targets/${name}`, CHECK);
    const run = { runId: 'r', startedAt: '2026-02-28T00:00:00.000Z' };
    const seenSince = (verdict: string, day: number) => ({ verdict, since: `2026-02-0${day}T00:00:00.000Z` });
    const states = {
      fails: {
        verdict: 'fail',
        recent: ['pass', 'fail'],
        endpoints: { a: seenSince('pass', 3), b: { ...seenSince('fail', 2), cause: 'tcp.refused' } },
      },
      passes: { verdict: 'pass', endpoints: { a: seenSince('pass', 1), b: seenSince('pass', 4) } },
    };
    for (const [name, state] of Object.entries(states))
      await items.put({ pk: `STATE#${name}`, sk: 'LATEST', ...run, ...state });
    const by = {
      createdBy: ADA,
      createdAt: run.startedAt,
      updatedBy: ADA,
      updatedAt: run.startedAt,
      version: 1,
    };
    const spec = { kind: 'every', minutes: 60, startDate: '2026-02-01T00:30:00.000Z' };
    for (const [target, state] of [
      ['fails', 'active'],
      ['passes', 'paused'],
    ])
      await items.put({
        pk: `SCHEDULE#${target}`,
        sk: 'SCHEDULE',
        target,
        spec,
        state,
        activeSince: run.startedAt,
        ...by,
      });
    const { value } = await ask('GET', '/targets');
    const of = (name: string) => value.targets.find((one: { name: string }) => one.name === name);
    expect(of('fails')).toMatchObject({
      latest: {
        verdict: 'fail',
        since: '2026-02-02T00:00:00.000Z',
        recent: ['pass', 'fail'],
        worst: { endpoint: 'b', cause: 'tcp.refused' },
      },
      schedule: { state: 'active', next: '2026-03-01T00:30:00.000Z' },
    });
    // Everything passes since the last endpoint does.
    expect(of('passes')).toMatchObject({
      latest: { since: '2026-02-04T00:00:00.000Z' },
      schedule: { state: 'paused' },
    });
    expect(of('passes').schedule).not.toHaveProperty('next');
    expect(of('new')).not.toHaveProperty('schedule');
    expect((await ask('GET', '/targets/fails')).value.endpoints).toMatchObject([
      { endpoint: 'b' },
      { endpoint: 'a' },
    ]);
  });
});
