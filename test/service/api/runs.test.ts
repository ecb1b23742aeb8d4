import { describe, expect, it } from 'vitest';
import { refused } from '../../../lib/service/api/handler.ts';
import type { RunGate } from '../../../lib/service/api/run-gate.ts';
import { runsHandlers } from '../../../lib/service/api/runs.ts';
import { RunOrder } from '../../../lib/service/contracts/runs.ts';
import type { Executions } from '../../../lib/service/ports/executions.ts';
import type { AskListeners, ListenerAsk } from '../../../lib/service/ports/listener-asker.ts';
import type { TargetRecord } from '../../../lib/service/state/target-record.ts';
import { FLEET, LISTENER, memorySecrets, memoryStore, targetItem } from '../runs/ports.ts';
import { countingSeal } from '../share/signer.ts';
import { memoryItems } from '../state/memory-items.ts';

const caller = {
  arn: 'arn:aws:sts::123456789012:assumed-role/operator/somebody',
  principal: 'arn:aws:sts::123456789012:assumed-role/operator',
};
const STARTED = '2026-03-01T09:30:00.000Z';

const nobody: AskListeners = async () => ({ status: 'unavailable', message: 'nobody is asked here' });

function handlers(
  executions: Partial<Executions> = {},
  gate: RunGate = async () => undefined,
  askListeners: AskListeners = nobody,
) {
  const items = memoryItems();
  const started: unknown[] = [];
  const listenerSecrets = memorySecrets();
  const ports = runsHandlers({
    seeEarly: async () => [],
    items,
    store: memoryStore(),
    fleet: FLEET,
    gate,
    listenerSecrets,
    askListeners,
    seal: async () => countingSeal(() => Date.parse(STARTED)).seal,
    retentionDays: 400,
    now: () => Date.parse(STARTED),
    randomHex: (bytes) => 'ab'.repeat(bytes),
    executions: {
      start: async (_, request) => {
        started.push(request);
        return 'started';
      },
      find: async () => undefined,
      passages: async () => [],
      stop: async () => undefined,
      ...executions,
    },
  });
  return { ...ports, items, started, secrets: listenerSecrets.kept };
}

const validation = { target: { check: ['https://shop.example.com/'] }, ticket: 'T-123' };
const nothing = { params: undefined, query: undefined } as const;

describe('runs by the API', () => {
  it('start under an id that sorts by time, with the caller on record', async () => {
    const { validate, started } = handlers();
    const body = { ...validation, vantages: undefined, reason: 'moved' };
    expect(await validate({ ...nothing, body, caller })).toEqual({
      ok: true,
      value: {
        runId: '20260301T093000Z-abababab',
        targets: ['shop.example.com'],
        requestedBy: caller.principal,
      },
    });
    expect(started).toEqual([
      {
        runId: '20260301T093000Z-abababab',
        requestedBy: caller.principal,
        targets: [validation.target],
        vouch: { by: caller.principal, reason: 'ticket T-123: moved' },
      },
    ]);
  });

  it('start nothing that the plan would refuse, and under no id that is taken', async () => {
    const { validate, started } = handlers();
    const wrong = { ...validation, settings: { allowPrivate: true } };
    expect(await validate({ ...nothing, body: wrong, caller })).toMatchObject({
      problem: { status: 400, detail: expect.stringContaining('settings.allowPrivate') },
    });
    expect(started).toEqual([]);
    const taken = handlers({ start: async () => 'taken' });
    expect(await taken.validate({ ...nothing, body: validation, caller })).toMatchObject({
      problem: { status: 409 },
    });
  });

  it.each([
    ['resolve', ['shop.example.com:443:203.0.113.9']],
    ['dns', ['9.9.9.9']],
    ['control', ['443=control.example.com:443']],
  ])('go where the name leads: support may not choose %s', async (name, value) => {
    const { validate, started } = handlers();
    const body = { ...validation, settings: { [name]: value } };
    expect(await validate({ ...nothing, body, caller })).toMatchObject({
      problem: { status: 400, detail: expect.stringContaining(`settings.${name}`) },
    });
    expect(started).toEqual([]);
  });

  it('ask listeners by a key that is in no request, and say what none can stand in for', async () => {
    const { validate, started, secrets } = handlers();
    const target = { check: ['https://shop.example.com/', 'ntp://shop.example.com'] };
    expect(
      await validate({ ...nothing, body: { ...validation, target, listener: LISTENER }, caller }),
    ).toMatchObject({ ok: true, value: { leftOut: ['ntp://shop.example.com:123'] } });
    expect(started).toMatchObject([{ withListener: true }]);
    for (const secret of Object.values(LISTENER)) expect(JSON.stringify(started)).not.toContain(secret);
    expect([...secrets]).toEqual([['20260301T093000Z-abababab', LISTENER]]);
  });

  it('ask no listener where none can stand in, and keep no key then', async () => {
    const { validate, started, secrets } = handlers();
    const body = { ...validation, target: { check: ['ntp://shop.example.com'] }, listener: LISTENER };
    expect(await validate({ ...nothing, body, caller })).toMatchObject({
      problem: { status: 400, detail: 'listener: no endpoint is one that a listener can stand in for' },
    });
    expect([started, secrets.size]).toEqual([[], 0]);
  });

  it('ask no more hosts by one word than a target may have', async () => {
    const { validate, started } = handlers();
    const check = (hosts: number) =>
      Array.from({ length: hosts }, (_, index) => `ssh://h${index}.example.com`);
    const order = (hosts: number) => ({ ...validation, target: { check: check(hosts) } });
    expect(await validate({ ...nothing, body: order(51), caller })).toMatchObject({
      problem: { status: 400, detail: '51 hosts, and a validation has at most 50' },
    });
    expect(await validate({ ...nothing, body: order(50), caller })).toMatchObject({ ok: true });
    expect(started).toHaveLength(1);
  });

  it('are refused when they are larger than Step Functions takes', async () => {
    const { validate, started } = handlers();
    const check = Array.from({ length: 500 }, (_, index) => ({
      uri: `https://a.example.com/${index}`,
      expect: 'open' as const,
      level: 'required' as const,
      assertions: { bodyContains: 'x'.repeat(450) },
    }));
    const body = { ...validation, target: { name: 'large', check } };
    expect(await validate({ ...nothing, body, caller })).toMatchObject({ problem: { status: 413 } });
    expect(started).toEqual([]);
  });

  it('give the gate the hosts that a validation contacts, whatever it is called', async () => {
    const asked: unknown[] = [];
    const gate: RunGate = async (run) => {
      asked.push(run);
      return refused('rate-limited', 'too many');
    };
    const { validate } = handlers({}, gate);
    const target = { name: 'shop', check: ['https://Shop.Example.com/', 'ssh://shop.example.com'] };
    expect(await validate({ ...nothing, body: { ...validation, target }, caller })).toMatchObject({
      problem: { status: 429 },
    });
    expect(asked).toMatchObject([{ targets: ['shop'], hosts: ['shop.example.com'] }]);
  });

  it('are read from the table when Step Functions has forgotten them', async () => {
    const { getRun, getReport, items } = handlers();
    const run = { requestedBy: 'somebody', startedAt: STARTED, finishedAt: STARTED, verdict: 'pass' };
    await items.put({
      pk: 'RUN#old',
      sk: 'RUN',
      runId: 'old',
      execution: 'e',
      ...run,
      targets: ['shop', 'other'],
    });
    const entry = { runId: 'old', startedAt: STARTED, verdict: 'pass', summary: 'All is well.', keys: {} };
    await items.put({ pk: 'STATE#shop', sk: `RUN#${STARTED}#old`, ...entry });
    const asked = { params: { runId: 'old' }, body: undefined, caller } as const;
    expect(await getRun({ ...asked, query: { detail: 'endpoints' } })).toEqual({
      ok: true,
      value: {
        runId: 'old',
        ...run,
        status: 'finished',
        targets: ['shop', 'other'],
        vantages: [],
        reports: [{ target: 'shop', verdict: 'pass', summary: 'All is well.' }],
      },
    });
    expect(await getReport({ ...asked, query: { format: 'json' } })).toMatchObject({
      problem: { status: 400, detail: 'the run has 2 targets: say which one, as target=shop' },
    });
    expect(await getReport({ ...asked, query: { format: 'json', target: 'third' } })).toMatchObject({
      problem: { status: 404, at: 'query.target' },
    });
    // Nobody made a report, or its days are over.
    expect(await getReport({ ...asked, query: { format: 'json', target: 'shop' } })).toMatchObject({
      problem: { status: 404, detail: 'the run "old" has made no report yet' },
    });
  });

  it('list a target’s own alone, newest first, and no more than asked for', async () => {
    const { listTargetRuns, items } = handlers();
    for (const day of ['01', '02', '03']) {
      const startedAt = `2026-03-${day}T00:00:00.000Z`;
      const entry = { runId: `run-${day}`, startedAt, verdict: 'pass', summary: '', keys: {} };
      await items.put({ pk: 'STATE#shop', sk: `RUN#${startedAt}#run-${day}`, ...entry });
    }
    await items.put({ pk: 'TARGET#shop', sk: 'TARGET', name: 'shop' });
    const asked = { params: { name: 'shop' }, query: { limit: 2 }, body: undefined, caller };
    expect(await listTargetRuns(asked)).toMatchObject({
      value: { runs: [{ runId: 'run-03' }, { runId: 'run-02' }] },
    });
  });
});

describe('listeners that prove a host', () => {
  const runOf = (gate?: RunGate) => {
    const asks: ListenerAsk[] = [];
    const made = handlers({}, gate, async (all) => {
      asks.push(...all);
      return { status: 'asked', answers: all.map(({ host }) => ({ host, seen: 'nothing there' })) };
    });
    return { ...made, asks };
  };
  const order = { targets: ['shop'], listener: LISTENER };
  const shop: TargetRecord = {
    name: 'shop',
    hosts: ['shop.example.com'],
    definition: { check: ['https://shop.example.com/'] },
  };

  it('are asked once the order is good, and what came of it goes into its one run', async () => {
    const { startRun, started, asks, items } = runOf();
    await items.put(targetItem(shop));
    expect(await startRun({ ...nothing, body: order, caller })).toMatchObject({ ok: true });
    expect(asks).toMatchObject([{ host: 'shop.example.com', port: 443, speech: 'http', run: LISTENER.run }]);
    expect(JSON.stringify([asks, started])).not.toContain(LISTENER.key);
    const refused = [{ host: 'shop.example.com', why: 'nothing there' }];
    expect(started).toMatchObject([
      {
        runId: '20260301T093000Z-abababab',
        ownListeners: { runId: '20260301T093000Z-abababab', proofs: [], refused },
      },
    ]);
  });

  it('are not asked of more runs than are allowed', async () => {
    const { startRun, started, asks, items } = runOf(async () => refused('rate-limited', 'wait'));
    await items.put(targetItem(shop));
    expect(await startRun({ ...nothing, body: order, caller })).toMatchObject({ ok: false });
    expect([asks, started]).toEqual([[], []]);
  });

  it('are not asked where somebody vouches', async () => {
    const { validate, started, asks } = runOf();
    await validate({ ...nothing, body: { ...validation, listener: LISTENER }, caller });
    expect([asks, started.length]).toEqual([[], 1]);
  });

  it('are nothing that an order can claim', () => {
    expect(RunOrder.safeParse({ ...order, ownListeners: { runId: 'x' } }).success).toBe(false);
    expect(RunOrder.safeParse(order).success).toBe(true);
  });
});
