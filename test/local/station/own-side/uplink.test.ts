/** What a vantage that the test makes up saw, through the station's own steps, on a real store. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../lib/kinds/observation.ts';
import { createOwnSide } from '../../../../lib/local/station/own-side/own-side.ts';
import { createExecutionRecords } from '../../../../lib/local/station/runs/executions.ts';
import { createListenerSecrets } from '../../../../lib/local/station/runs/listener-secrets.ts';
import { createMachine } from '../../../../lib/local/station/runs/machine.ts';
import { createRunFiles } from '../../../../lib/local/station/runs/run-files.ts';
import { createRunSteps } from '../../../../lib/local/station/runs/steps.ts';
import { createStopFile } from '../../../../lib/local/station/runs/stop-file.ts';
import { createWalk } from '../../../../lib/local/station/runs/walk.ts';
import { createSqliteItemStore } from '../../../../lib/local/station/store/item-store.ts';
import type { ChangeEvent } from '../../../../lib/model/change-event.ts';
import type { ProbeSpec } from '../../../../lib/model/plan.ts';
import type { ItemStore } from '../../../../lib/service/ports/item-store.ts';
import { failure } from '../../../../lib/service/runs/failure.ts';
import type { Dispatch } from '../../../../lib/service/runs/messages.ts';
import { ProbeBatch } from '../../../../lib/service/runs/messages.ts';
import { openPayload } from '../../../../lib/service/runs/payload.ts';
import { DEFAULT_RATE_LIMITS } from '../../../../lib/service/runs/rate-limit.ts';
import { readLatest } from '../../../../lib/service/state/latest.ts';
import { PUBLIC, seenRefused, seenSilent, tcpSeen } from '../../../engine/run/fakes.ts';
import { memoryTelemetry, targetItem } from '../../../service/runs/ports.ts';
import { batchResult } from '../../../service/runs/results.ts';
import { countingSeal } from '../../../service/share/signer.ts';
import { newDatabase } from '../database.ts';
import { newFolder } from '../running-station.ts';

const START = Date.parse('2026-07-01T00:00:00.000Z');

async function station() {
  const folder = newFolder();
  const database = await newDatabase(join(folder, 'station.db'));
  const stored = createSqliteItemStore(database);
  const world = {
    now: START,
    elapsed: 0,
    seen: tcpSeen as (spec: ProbeSpec) => Observation,
    answers: true,
    looks: 0,
    isFull: false,
    sleepMs: 0,
  };
  const items: ItemStore = {
    ...stored,
    put: async (item, condition) => {
      if (world.isFull) throw failure('StoreFailed', 'database or disk is full');
      return stored.put(item, condition);
    },
  };
  const now = (): number => world.now;
  const store = createRunFiles(folder, () => 'mark');
  const records = createExecutionRecords(database, now);
  const events: ChangeEvent[] = [];
  const announce = async (some: readonly ChangeEvent[]): Promise<void> => {
    if (world.isFull) throw failure('StoreFailed', 'database or disk is full');
    events.push(...some);
  };
  const steps = createRunSteps({
    items,
    store,
    stop: createStopFile(folder, store),
    limits: DEFAULT_RATE_LIMITS,
    retentionDays: 400,
    seal: async () => countingSeal(now).seal,
    announce,
    telemetry: memoryTelemetry(),
    now,
    allowPrivate: true,
    listenerSecrets: createListenerSecrets(),
  });
  const makeOwnSide = () =>
    createOwnSide({
      items,
      store,
      announce,
      fleet: 'station',
      telemetry: memoryTelemetry(),
      now,
      async look() {
        world.looks += 1;
        return { answers: world.answers, detail: 'one.one.one.one:443 (IPv4): did not answer in 5000 ms' };
      },
    });
  const ownSide = makeOwnSide();
  const walk = createWalk({
    records,
    steps: {
      ...steps,
      async dispatch(input) {
        const { batch, attempt, vantage } = input as Dispatch;
        const { endpoints } = await openPayload(batch, ProbeBatch, store);
        world.now += world.sleepMs;
        const result = batchResult(vantage.id, endpoints, { attempt, seen: world.seen });
        return { vantage: vantage.id, attempt, result: { inline: { ...result } } };
      },
    },
    keep: () => undefined,
    ownSide: ownSide.ofRun,
    clocks: { now, elapsed: () => world.elapsed },
  });
  const waiting = new Map<string, () => void>();
  const machine = createMachine({
    records: {
      ...records,
      end(runId, how) {
        const ended = records.end(runId, how);
        waiting.get(runId)?.();
        return ended;
      },
    },
    walk: { ...walk, begin: (runId, signal) => walk.begin(runId, signal).then(() => waiting.get(runId)?.()) },
    recover: async () => undefined,
    ended: ownSide.ended,
    telemetry: memoryTelemetry(),
    later: () => undefined,
  });
  let runs = 0;
  return {
    world,
    events,
    ownSide,
    /** What another process of the station knows. */
    async next() {
      const { conditions } = makeOwnSide();
      await conditions.settle();
      return conditions.all();
    },
    latest: (target: string) => readLatest(stored, target),
    async register(target: string, host = PUBLIC) {
      await stored.put(
        targetItem({
          name: target,
          hosts: [host],
          definition: { check: [`tcp://${host}:22`] },
          vouch: { by: 'ada', reason: 'test', at: '2026-01-01T00:00:00.000Z', hosts: [host] },
        }),
      );
    },
    async run(target: string) {
      runs += 1;
      world.now += 60_000;
      world.elapsed += 60_000;
      const runId = `run-${runs}`;
      const ended = new Promise<void>((resolve) => waiting.set(runId, resolve));
      await machine.start(runId, {
        runId,
        requestedBy: `schedule:${target}`,
        targets: [{ name: target }],
        settings: { confirm: 0 },
      });
      await ended;
      await ownSide.conditions.settle();
      return records.find(runId);
    },
  };
}

describe('an uplink that is away', () => {
  it('fails no target, is told once for all of them, and is on record from when until when', async () => {
    const { world, events, register, run, latest, ownSide, next } = await station();
    await register('shop');
    await register('mill');
    for (const target of ['shop', 'mill']) expect(await run(target)).toMatchObject({ status: 'SUCCEEDED' });
    const before = [await latest('shop'), await latest('mill')];
    expect(before).toMatchObject([{ verdict: 'pass' }, { verdict: 'pass' }]);
    expect(world.looks).toBe(0);

    world.seen = seenSilent;
    world.answers = false;
    for (const target of ['shop', 'mill', 'shop'])
      expect(await run(target)).toMatchObject({
        status: 'FAILED',
        error: 'UplinkAway',
        cause: expect.stringContaining(
          'nothing on the internet answers this machine, which it did before: one.one',
        ),
      });
    expect([await latest('shop'), await latest('mill')]).toEqual(before);
    expect(events).toMatchObject([
      {
        kind: 'run-failed',
        target: 'station',
        side: 'prober',
        title: 'our side: the network of the station has no way to the internet',
      },
    ]);
    const [lasting] = ownSide.conditions.current();
    expect(lasting).toMatchObject({ kind: 'uplink-away', from: '2026-07-01T00:03:00.000Z' });
    expect(await ownSide.barrier()).toContain('our side since 2026-07-01T00:03:00.000Z');
    expect(await next()).toEqual([lasting]);

    world.now += 60_000;
    world.answers = true;
    world.seen = tcpSeen;
    expect(await ownSide.barrier()).toBeUndefined();
    expect(ownSide.conditions.current()).toEqual([]);
    expect(await next()).toEqual([{ ...lasting, until: '2026-07-01T00:06:00.000Z' }]);
    expect(await run('shop')).toMatchObject({ status: 'SUCCEEDED' });
    expect(events).toHaveLength(1);
  });

  it.each([
    ['a control answers', { answers: true }, seenSilent],
    ['something refuses, which a device on the way may do', { answers: false }, seenRefused],
  ])('is not claimed when %s: then the target is judged', async (_, given, seen) => {
    const { world, register, run, latest, events } = await station();
    await register('shop');
    await run('shop');
    Object.assign(world, given, { seen });
    expect(await run('shop')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await latest('shop')).toMatchObject({ runId: 'run-2' });
    expect(events.filter(({ target }) => target === 'station')).toEqual([]);
  });

  it('is not claimed where the internet never answered, nor of a private network', async () => {
    const { world, register, run } = await station();
    Object.assign(world, { answers: false, seen: seenSilent });
    await register('shop');
    await register('inside', '10.1.2.3');
    expect(await run('shop')).toMatchObject({ status: 'SUCCEEDED' });
    world.seen = tcpSeen;
    await run('shop');
    world.seen = seenSilent;
    expect(await run('inside')).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.looks).toBe(0);
  });
});

it('a disk that is full fails no target, and is told once, when there is room', async () => {
  const { world, events, register, run, latest, ownSide } = await station();
  await register('shop');
  await run('shop');
  const before = await latest('shop');
  world.isFull = true;
  world.seen = seenRefused;
  for (let n = 0; n < 3; n += 1) expect(await run('shop')).toMatchObject({ error: 'StoreFailed' });
  expect(await latest('shop')).toEqual(before);
  expect(ownSide.conditions.current()).toMatchObject([{ kind: 'store-failing' }]);
  expect(events).toEqual([]);
  world.isFull = false;
  world.seen = tcpSeen;
  expect(await run('shop')).toMatchObject({ status: 'SUCCEEDED' });
  expect(events).toMatchObject([
    { target: 'station', title: expect.stringContaining('can’t write its data') },
  ]);
  expect(ownSide.conditions.current()).toEqual([]);
});

it('a machine that slept while a run was measuring blames nobody for what it did not hear', async () => {
  const { world, register, run, latest } = await station();
  await register('shop');
  await run('shop');
  const before = await latest('shop');
  world.sleepMs = 3_600_000;
  world.seen = seenSilent;
  expect(await run('shop')).toMatchObject({
    status: 'FAILED',
    error: 'RunInterrupted',
    cause: expect.stringContaining('the machine slept, or its clock was set'),
  });
  expect(await latest('shop')).toEqual(before);
});
