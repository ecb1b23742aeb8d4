/** The loop of a site vantage, with a home and a clock of the test. */
import { expect, it } from 'vitest';
import { type WorkingPorts, workFor } from '../../../lib/local/site/work.ts';
import type { ApiClient, Asking } from '../../../lib/service/contracts/api-client.ts';
import { problem } from '../../../lib/service/contracts/problem.ts';
import type { ProblemKind } from '../../../lib/service/contracts/problem-kinds.ts';
import type { SiteOrders } from '../../../lib/service/contracts/site.ts';

const ID = '0'.repeat(32);
const orders = (given: Partial<SiteOrders> = {}): Asking<unknown> => ({
  status: 'answered',
  value: { position: 'inside', againSeconds: 0, work: [], end: [], ...given },
});
const refused = (kind: ProblemKind): Asking<unknown> => ({
  status: 'refused',
  problem: problem(kind, 'why'),
});
const WORK = [{ id: ID, budgetMs: 1_000, batch: { runId: 'r' } }];

/** Answers the questions for work one after the other, and ends after the last; those for answers by `answers`. */
function rig(polls: readonly Asking<unknown>[], answers: readonly Asking<unknown>[] = []) {
  const ending = new AbortController();
  const asked: { readonly id: string; readonly body: unknown }[] = [];
  const waits: number[] = [];
  const said: string[] = [];
  const left = { polls: [...polls], answers: [...answers] };
  const client: ApiClient = async (contract, question) => {
    asked.push({ id: contract.id, body: (question as { readonly body: unknown }).body });
    const next = contract.id === 'pollSite' ? left.polls.shift() : left.answers.shift();
    // The order of what is answered is the test's, whatever the types of the contracts.
    if (next !== undefined) return next as never;
    ending.abort();
    return orders() as never;
  };
  const ports: WorkingPorts = {
    client,
    measure: async () => ({ gzip: 'x' }),
    wait: async (ms) => {
      waits.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
    say: (line) => void said.push(line),
    signal: ending.signal,
    random: () => 1,
  };
  return { ports, asked, waits, said };
}

it('does its work once, though it is given again, and answers', async () => {
  const { ports, asked } = rig([orders({ work: WORK }), orders(), orders()], [orders()]);
  expect(await workFor(ports)).toBe('ended');
  expect(asked.filter(({ id }) => id === 'answerSite')).toEqual([
    { id: 'answerSite', body: { answer: { gzip: 'x' } } },
  ]);
});

it('names what it is at, and ends it when nobody wants it any more', async () => {
  let ended = false;
  const { ports, asked } = rig([
    orders({ work: WORK }),
    orders({ work: WORK, end: [] }),
    orders({ end: [ID] }),
  ]);
  const measure: WorkingPorts['measure'] = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        ended = true;
        reject(new Error('ended'));
      });
    });
  await workFor({ ...ports, measure });
  expect(ended).toBe(true);
  expect(asked.map(({ body }) => body)).toEqual([
    { working: [] },
    { working: [ID] },
    { working: [ID] },
    { working: [] },
  ]);
});

it('tells what it has seen so far if the home asks for it, until nobody wants to hear it, and answers at once', async () => {
  const asking = orders({ work: WORK.map((one) => ({ ...one, tellEveryMs: 300 })) });
  const { ports, asked } = rig(
    [asking, ...Array.from({ length: 20 }, () => orders())],
    [orders(), refused('not-found'), orders()],
  );
  const measure: WorkingPorts['measure'] = async (_, { measured }) => {
    for (const gzip of ['1', '2', '3', '4']) {
      measured?.(() => ({ gzip }), Number(gzip));
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    return { gzip: 'all' };
  };
  await workFor({ ...ports, measure });
  const told = asked.filter(({ id }) => id !== 'pollSite').map(({ id, body }) => [id, body]);
  expect(told).toHaveLength(3);
  expect(told[0]).toEqual(['tellSite', { answer: { gzip: '1' } }]);
  expect(told[1]?.[0]).toBe('tellSite');
  expect(told[2]).toEqual(['answerSite', { answer: { gzip: 'all' } }]);
});

it('tells a home nothing early that does not ask for it', async () => {
  const { ports, asked } = rig([orders({ work: WORK }), orders(), orders()], [orders()]);
  let measured: unknown = 'not asked';
  await workFor({
    ...ports,
    measure: async (_, options) => {
      measured = options.measured;
      return { gzip: 'x' };
    },
  });
  expect(measured).toBeUndefined();
  expect(asked.map(({ id }) => id)).not.toContain('tellSite');
});

it('tells why it failed, in printable words', async () => {
  const { ports, asked } = rig([orders({ work: WORK }), orders(), orders()], [orders()]);
  await workFor({ ...ports, measure: () => Promise.reject(new Error('no \u001b[31mroom')) });
  expect(asked.find(({ id }) => id === 'answerSite')?.body).toEqual({ failed: 'Error: no \\x1b[31mroom' });
});

it('tries an answer again while the home can’t take it, and no longer', async () => {
  const { ports, asked, said } = rig(
    [orders({ work: WORK }), ...Array.from({ length: 12 }, () => orders())],
    [refused('unavailable'), { status: 'unreachable', message: 'down' }, refused('not-found')],
  );
  await workFor(ports);
  expect(asked.filter(({ id }) => id === 'answerSite')).toHaveLength(3);
  expect(said).toEqual(['an answer was not taken: why']);
});

it('waits longer and longer for a home that is away, says so once, and goes on', async () => {
  const away: Asking<unknown> = { status: 'unreachable', message: 'connection refused' };
  const { ports, waits, said } = rig([
    ...Array.from({ length: 8 }, () => away),
    orders({ againSeconds: 10 }),
  ]);
  await workFor(ports);
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 10_000]);
  expect(said).toEqual(['no work: connection refused', 'the home answers again']);
});

it.each<[ProblemKind, string]>([
  ['unauthenticated', 'removed'],
  ['clock-apart', 'ended'],
])('for a home that says %s it is %s', async (kind, outcome) => {
  const { ports } = rig([refused(kind)]);
  expect(await workFor(ports)).toBe(outcome);
});
