/** What a home takes from a machine elsewhere: an honest one, and one that lies about who it is, when, or what it was asked. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../lib/service/api/read-request.ts';
import { compress } from '../../../lib/service/state/compressed.ts';
import { CODE_MS, MAX_SITES, STALE_MS } from '../../../lib/service/state/site-vantages.ts';
import { bodyOf, dispatchTo, ENDPOINT, event, machine, resultOf, type SiteRig, siteRig } from './site-rig.ts';

let rig: SiteRig;
let branch: ReturnType<typeof machine>;
const signal = new AbortController().signal;

beforeEach(async () => {
  rig = siteRig();
  branch = machine('branch', rig);
  await branch.join(await rig.invite('branch'));
});

/** Work in line for `branch`, and its id; `outcome` is what the run gets. */
async function queued(name = 'branch') {
  await (name === 'branch' ? branch : machine(name, rig)).poll();
  const outcome = rig.waits.ask(dispatchTo(name), signal);
  outcome.catch(() => undefined);
  await expect.poll(async () => (await rig.items.query(`SITEWORK#${name}`)).length).toBe(1);
  const [item] = await rig.items.query(`SITEWORK#${name}`);
  return { outcome, id: String(item?.id) };
}

describe('a machine that joined', () => {
  it('gets the work of its own, again until it answers, and not while it is at it', async () => {
    const { outcome, id } = await queued();
    for (const poll of [await branch.poll(), await branch.poll()])
      expect(bodyOf(poll)).toMatchObject({
        position: 'inside',
        againSeconds: 10,
        work: [{ id, budgetMs: 60_000, batch: { runId: 'run-1', vantage: { id: 'branch' } } }],
        end: [],
      });
    expect(bodyOf(await branch.poll([id]))).toMatchObject({ work: [], end: [] });
    expect(await branch.answer(id, resultOf('branch', rig))).toMatchObject({ statusCode: 204 });
    expect(await outcome).toMatchObject({ vantage: 'branch', attempt: 1, result: { stored: {} } });
    expect(bodyOf(await branch.poll([id]))).toMatchObject({ work: [], end: [id] });
  });

  it('tells what it has seen so far where somebody looks on, which neither ends its work nor is needed', async () => {
    const { outcome, id } = await queued();
    expect(bodyOf(await branch.poll())).toMatchObject({ work: [{ id }] });
    expect(JSON.stringify(bodyOf(await branch.poll()))).not.toContain('tellEveryMs');
    const place = { runId: 'run-1', attempt: 1, vantage: 'branch' };
    expect(await rig.early.read(place)).toBeUndefined();
    const soFar = resultOf('branch', rig);
    expect(await branch.tell(id, soFar)).toMatchObject({ statusCode: 204 });
    expect(await branch.tell(id, { gzip: compress(JSON.stringify(soFar)) })).toMatchObject({
      statusCode: 204,
    });
    expect(await rig.early.read(place)).toMatchObject({
      partial: true,
      vantage: { id: 'branch' },
      results: [{ endpointId: ENDPOINT.id }],
    });
    expect(bodyOf(await branch.poll())).toMatchObject({ work: [{ id }] });
    expect(await branch.answer(id, soFar)).toMatchObject({ statusCode: 204 });
    await outcome;
    expect(await branch.tell(id, soFar)).toMatchObject({ statusCode: 404 });
  });

  it('is asked to tell by a run that a person started', async () => {
    await branch.poll();
    const watched = rig.waits.ask({ ...dispatchTo('branch'), live: true }, signal);
    watched.catch(() => undefined);
    await expect
      .poll(async () => bodyOf(await branch.poll()))
      .toMatchObject({ work: [{ tellEveryMs: 2_000 }] });
  });

  it('that tells rubbish is told so; nothing of it is kept, and its answer counts', async () => {
    const { outcome, id } = await queued();
    for (const told of [{}, { results: [] }, resultOf('office', rig), { gzip: 'x' }])
      expect(await branch.tell(id, told)).toMatchObject({ statusCode: 400 });
    rig.clock.ms += 3_600_000;
    const later = resultOf('branch', rig);
    rig.clock.ms -= 3_600_000;
    expect(await branch.tell(id, later)).toMatchObject({ statusCode: 400 });
    expect(await rig.early.read({ runId: 'run-1', attempt: 1, vantage: 'branch' })).toBeUndefined();
    const office = machine('office', rig);
    await office.join(await rig.invite('office'));
    expect(await office.tell(id, resultOf('office', rig))).toMatchObject({ statusCode: 404 });
    expect(await branch.answer(id, resultOf('branch', rig))).toMatchObject({ statusCode: 204 });
    await outcome;
  });

  it('may send a large answer gzipped, and learns that nobody waits for a second one', async () => {
    const { outcome, id } = await queued();
    const answer = { gzip: compress(JSON.stringify(resultOf('branch', rig))) };
    expect(await branch.answer(id, answer)).toMatchObject({ statusCode: 204 });
    await outcome;
    expect(await branch.answer(id, answer)).toMatchObject({ statusCode: 404 });
  });

  it('is in the list with its position, and goes stale', async () => {
    await branch.poll();
    const list = async () => {
      const call = { params: undefined, query: undefined, body: undefined, caller: rig.caller };
      const listed = await rig.operator.listVantages(call);
      return listed.ok ? listed.value.vantages : [];
    };
    expect(await list()).toMatchObject([
      { name: 'branch', position: 'inside', status: 'fresh', from: '198.51.100.7', changedBy: 'ada' },
    ]);
    expect(JSON.stringify(await list())).not.toContain('code');
    rig.clock.ms += STALE_MS + 1;
    expect(await list()).toMatchObject([{ status: 'stale' }]);
  });

  it('is told that all is well when it only looks, and takes no work by that', async () => {
    await queued();
    expect(bodyOf(await branch.ask('/site/poll', { working: [], look: true }))).toMatchObject({ work: [] });
  });

  it('ends its work and gets none while everything is stopped', async () => {
    const { id } = await queued();
    await rig.stop.set({ by: 'ada', at: '2026-03-01T09:00:00.000Z', reason: 'test' });
    expect(bodyOf(await branch.poll())).toMatchObject({ work: [] });
    expect(bodyOf(await branch.poll([id]))).toMatchObject({ work: [], end: [id] });
    await expect(rig.waits.ask(dispatchTo('branch'), signal)).rejects.toMatchObject({ name: 'FleetStopped' });
  });

  it('says that it failed: the run names it, and no target', async () => {
    const { outcome, id } = await queued();
    const told = await branch.ask(`/site/answers/${id}`, { failed: 'out of memory\u001b[31m' });
    expect(told).toMatchObject({ statusCode: 204 });
    await expect(outcome).rejects.toMatchObject({ name: 'ProberCrashed', message: 'out of memory\\x1b[31m' });
  });
});

describe('joining', () => {
  it.each(['', 'x', 'A'.repeat(43), '../../etc', 'A'.repeat(42)])(
    'needs the code of the invitation, not %j',
    async (code) => {
      await rig.invite('office');
      const answer = await machine('office', rig).join(code);
      expect([400, 403]).toContain(answer.statusCode);
      expect(answer.body).not.toContain(code || '\u0000');
    },
  );

  it('takes a code once; the same machine may say it again, if it got no answer', async () => {
    const code = await rig.invite('office');
    const [first, second] = [machine('office', rig), machine('office', rig)];
    expect(await first.join(code)).toMatchObject({ statusCode: 200 });
    expect(await first.join(code)).toMatchObject({ statusCode: 200 });
    expect(await second.join(code)).toMatchObject({ statusCode: 403 });
    expect(await second.poll()).toMatchObject({ statusCode: 401 });
    expect(await first.poll()).toMatchObject({ statusCode: 200 });
  });

  it('takes no code of another vantage, none that is too old, and none that was replaced', async () => {
    const [code, other] = [await rig.invite('office'), await rig.invite('shop')];
    expect(await machine('office', rig).join(other)).toMatchObject({ statusCode: 403 });
    const renewed = await rig.invite('office');
    expect(await machine('office', rig).join(code)).toMatchObject({ statusCode: 403 });
    rig.clock.ms += CODE_MS + 1;
    expect(await machine('office', rig).join(renewed)).toMatchObject({ statusCode: 403 });
  });

  it('is bounded, keeps a joined one, and takes no name of the fleet', async () => {
    expect(await rig.invite('branch', 'internet')).toBe('');
    expect(bodyOf(await branch.poll())).toMatchObject({ position: 'internet' });
    expect(await rig.invite('eu-west-1')).toBe('');
    for (let n = 1; n < MAX_SITES; n += 1) expect(await rig.invite(`site-${n}`)).not.toBe('');
    expect(await rig.invite('one-more')).toBe('');
  });

  it('leaves neither code nor key in the log or in an answer', async () => {
    const code = await rig.invite('office');
    await machine('office', rig).join(code);
    expect(JSON.stringify([...(await rig.items.query('SITES#'))])).not.toContain(code);
  });
});

describe('a malicious machine', () => {
  it.each<[string, Parameters<typeof branch.head>[2], number]>([
    ['another name', { name: 'office' }, 401],
    ['a clock that is ten minutes behind', { time: -600_000 }, 401],
    ['a clock that is ten minutes ahead', { time: 600_000 }, 401],
    ['a clock within five minutes', { time: 299_000 }, 200],
  ])('that signs %s: %o gets %i', async (_, over, status) => {
    await machine('office', rig).join(await rig.invite('office'));
    const bent = { ...over, ...(over?.time !== undefined && { time: rig.clock.ms + over.time }) };
    expect(await branch.ask('/site/poll', { working: [] }, bent)).toMatchObject({ statusCode: status });
  });

  it('hears by how much its clock is wrong, and nobody else does', async () => {
    const late = await branch.ask('/site/poll', { working: [] }, { time: rig.clock.ms - 3_600_000 });
    expect(bodyOf(late)).toMatchObject({
      type: 'urn:inbound-check:problem:clock-apart',
      detail: expect.stringContaining('3600 s behind the one here'),
    });
    const stranger = machine('branch', rig);
    const other = await stranger.ask('/site/poll', { working: [] }, { time: rig.clock.ms - 3_600_000 });
    expect(bodyOf(other)).toMatchObject({ type: 'urn:inbound-check:problem:unauthenticated' });
  });

  it('can’t use another key, nor another body, path or method with a signature', async () => {
    const text = JSON.stringify({ working: [] });
    const head = branch.head('/site/poll', text);
    const asked = [
      event('/site/poll', JSON.stringify({ working: [], look: true }), head),
      event(`/site/answers/${'0'.repeat(32)}`, text, head),
      event('/site/poll', text, head, 'PUT'),
      event('/site/poll', text, machine('branch', rig).head('/site/poll', text)),
      event('/site/poll', text, head.replace(/signature=./, 'signature=_')),
      event('/site/poll', text, 'Bearer ibc_x'),
      event('/site/poll', text),
    ];
    for (const one of asked) expect([401, 404]).toContain((await rig.api.answer(one)).statusCode);
    expect(await rig.api.answer(event('/site/poll', text, head))).toMatchObject({ statusCode: 200 });
  });

  it('can’t send a request of its own or of another machine again', async () => {
    const text = JSON.stringify({ working: [] });
    const sent = event('/site/poll', text, branch.head('/site/poll', text));
    expect(await rig.api.answer(sent)).toMatchObject({ statusCode: 200 });
    expect(await rig.api.answer(sent)).toMatchObject({ statusCode: 409 });
    rig.clock.ms += 600_000;
    // The nonce may be forgotten by then: the time is too old.
    expect(await rig.api.answer(sent)).toMatchObject({ statusCode: 401 });
  });

  it('gets no work of another vantage, and can’t answer it', async () => {
    const { id, outcome } = await queued();
    const office = machine('office', rig);
    await office.join(await rig.invite('office'));
    expect(bodyOf(await office.poll())).toMatchObject({ work: [] });
    expect(bodyOf(await office.poll([id]))).toMatchObject({ end: [id] });
    for (const name of ['office', 'branch'])
      expect(await office.answer(id, resultOf(name, rig))).toMatchObject({ statusCode: 404 });
    await branch.answer(id, resultOf('branch', rig));
    expect(await outcome).toMatchObject({ vantage: 'branch' });
  });

  const bent: readonly [string, (rig: SiteRig) => unknown][] = [
    ['observations of another vantage', (at) => resultOf('office', at)],
    [
      'an observation of another vantage among its own',
      (at) => {
        const own = resultOf('branch', at);
        const other = resultOf('office', at);
        return {
          ...own,
          results: own.results.map((one, index) => ({
            ...one,
            measured: [...one.measured, ...(other.results[index]?.measured ?? [])],
          })),
        };
      },
    ],
    [
      'an endpoint that nobody asked for',
      (at) => {
        const own = resultOf('branch', at);
        return { ...own, results: own.results.map((one) => ({ ...one, endpointId: 'tcp://10.0.0.1:22' })) };
      },
    ],
    [
      'an endpoint twice',
      (at) => {
        const own = resultOf('branch', at);
        return { ...own, results: [...own.results, ...own.results] };
      },
    ],
    [
      'an observation of last year',
      (at) => {
        const own = resultOf('branch', at);
        return {
          ...own,
          results: own.results.map((one) => ({
            ...one,
            measured: one.measured.map((each) => ({
              ...each,
              observation: { ...each.observation, startedAt: '2025-03-01T09:00:00.000Z' },
            })),
          })),
        };
      },
    ],
    [
      'an observation without a time',
      (at) =>
        JSON.parse(
          JSON.stringify(resultOf('branch', at)).replaceAll(/"startedAt":"[^"]*"/g, '"startedAt":"?"'),
        ),
    ],
    ['something else', () => ({ hello: 'world' })],
    ['what decompresses to more than is read', () => ({ gzip: compress(`"${' '.repeat(30_000_000)}"`) })],
  ];
  it.each(bent)('that answers %s loses its say in the run, and nothing of it is kept', async (_, answer) => {
    const { id, outcome } = await queued();
    const refused = await branch.answer(id, answer(rig));
    expect(refused.statusCode).toBe(400);
    await expect(outcome).rejects.toMatchObject({ name: 'ProberRubbish' });
    expect([...rig.store.objects.keys()]).toEqual([]);
  });

  it.each([
    '/site/answers/../poll',
    '/site/answers/%2e%2e%2fpoll',
    '/site/answers/..%2f..%2fruns',
    '/site/answers/',
    '/site/answers/0',
    `/site/answers/${'0'.repeat(32)}/x`,
    '/site//poll',
    '/site/',
  ])('finds nothing at %s', async (path) => {
    const answer = await branch.ask(path, { answer: {} });
    expect([400, 404]).toContain(answer.statusCode);
  });

  it.each(['../up', 'a/b', 'A', '', '-a', 'a'.repeat(33), 'a\u0000', '%2e', 'local\n'])(
    'joins under no name as %j',
    async (name) => {
      const answer = await branch.join('A'.repeat(43), name);
      expect(answer.statusCode).toBe(400);
    },
  );

  it('is cut off where it sends more than is taken', async () => {
    const { id } = await queued();
    const large = await branch.answer(id, { gzip: 'A'.repeat(MAX_BODY_BYTES) });
    expect(large.statusCode).toBe(413);
    const many = await branch.poll(Array.from({ length: 17 }, () => '0'.repeat(32)));
    expect(many.statusCode).toBe(400);
  });

  it('that was removed is unknown, also in the middle of its work, and joins with no old code', async () => {
    const { id } = await queued();
    const params = { name: 'branch' };
    const call = { params, query: undefined, body: undefined, caller: rig.caller };
    expect(await rig.operator.removeVantage(call)).toMatchObject({ ok: true });
    expect(await branch.poll()).toMatchObject({ statusCode: 401 });
    expect(await branch.answer(id, resultOf('branch', rig))).toMatchObject({ statusCode: 401 });
    await expect(rig.waits.ask(dispatchTo('branch'), signal)).rejects.toMatchObject({ name: 'VantageStale' });
    // The name comes back with another code: the old key stays unknown.
    const code = await rig.invite('branch');
    expect(await branch.poll()).toMatchObject({ statusCode: 401 });
    expect(await machine('branch', rig).join(code)).toMatchObject({ statusCode: 200 });
  });
});
