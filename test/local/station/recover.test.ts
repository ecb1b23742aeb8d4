/** A run that is cut off at each of its points, and what the next start of the station makes of it. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Report } from '../../../lib/engine/report-schema.ts';
import { createExecutionRecords } from '../../../lib/local/station/runs/executions.ts';
import { createKeptResults } from '../../../lib/local/station/runs/kept-results.ts';
import { createRecovery } from '../../../lib/local/station/runs/recover.ts';
import { createRunFiles } from '../../../lib/local/station/runs/run-files.ts';
import { createRunSteps } from '../../../lib/local/station/runs/steps.ts';
import { createStopFile } from '../../../lib/local/station/runs/stop-file.ts';
import { createWalk } from '../../../lib/local/station/runs/walk.ts';
import { createSiteWaits } from '../../../lib/local/station/site/waiting.ts';
import { createSqliteItemStore } from '../../../lib/local/station/store/item-store.ts';
import type { StatePassage } from '../../../lib/service/ports/executions.ts';
import { reportKey } from '../../../lib/service/runs/keys.ts';
import { DEFAULT_RATE_LIMITS } from '../../../lib/service/runs/rate-limit.ts';
import { readLatest } from '../../../lib/service/state/latest.ts';
import { banner, closedPort, listen, type Peer } from '../../servers/tcp-peers.ts';
import { memorySecrets, memoryTelemetry, targetItem } from '../../service/runs/ports.ts';
import { countingSeal } from '../../service/share/signer.ts';
import { newDatabase } from './database.ts';
import { newFolder } from './running-station.ts';

const RUN = 'run-1';
const signal = new AbortController().signal;
let peer: Peer;
let shut: number;
beforeAll(async () => {
  peer = await listen(banner('220 ready\r\n'));
  shut = await closedPort();
});
afterAll(() => peer.close());

/** The runs of a station on a folder, and nothing else of it. */
async function runsIn(folder: string) {
  const database = await newDatabase(join(folder, 'station.db'));
  const items = createSqliteItemStore(database);
  const store = createRunFiles(folder, () => 'mark');
  const records = createExecutionRecords(database, Date.now);
  const kept = createKeptResults(folder);
  const announced: unknown[] = [];
  const steps = createRunSteps({
    items,
    store,
    stop: createStopFile(folder, store),
    limits: DEFAULT_RATE_LIMITS,
    retentionDays: 400,
    seal: async () => countingSeal(Date.now).seal,
    announce: async (events) => void announced.push(...events),
    telemetry: memoryTelemetry(),
    now: Date.now,
    allowPrivate: true,
    listenerSecrets: memorySecrets(),
    sites: async () => [],
    waits: createSiteWaits({
      items,
      stop: createStopFile(folder, store),
      now: Date.now,
      randomHex: () => 'mark',
      later: () => () => undefined,
    }),
  });
  const walk = createWalk({ records, steps, keep: kept.keep });
  return {
    items,
    store,
    records,
    kept,
    walk,
    announced,
    recover: createRecovery({ records, walk, kept, store }),
  };
}

const request = () => ({
  runId: RUN,
  requestedBy: 'station:operator/ada',
  targets: [{ name: 'shop' }],
  settings: { confirm: 1, confirmPause: 0, defaultControls: false },
});

const register = (items: Awaited<ReturnType<typeof runsIn>>['items']) =>
  items.put(
    targetItem({
      name: 'shop',
      hosts: ['127.0.0.1'],
      definition: { check: [`tcp://127.0.0.1:${peer.port}`, `tcp://127.0.0.1:${shut}`] },
      vouch: { by: 'ada', reason: 'test', at: '2026-01-01T00:00:00.000Z', hosts: ['127.0.0.1'] },
    }),
  );

describe('a run that was cut off', () => {
  let whole: readonly StatePassage[];
  let first: string;

  beforeAll(async () => {
    first = newFolder();
    const runs = await runsIn(first);
    await register(runs.items);
    runs.records.begin(RUN, request());
    await runs.walk.begin(RUN, signal);
    expect(runs.records.find(RUN)).toMatchObject({ status: 'SUCCEEDED' });
    whole = runs.records.passages(RUN);
  });

  it('went through the states of a fleet’s run', () => {
    const names = whole.filter(({ kind }) => kind === 'entered').map(({ name }) => name);
    expect(names).toEqual([
      'AuthoriseAndPlan',
      'ProbeFromVantages',
      'Dispatch',
      'DiagnoseAndJudge',
      'WaitBeforeConfirming',
      'ProbeFromVantages',
      'Dispatch',
      'DiagnoseAndJudge',
      'MakeReport',
      'Publish',
    ]);
  });

  it('begins again, is concluded, or ends as interrupted with its report: wherever it was cut', async () => {
    const seen: Record<string, number> = {};
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const folder = newFolder();
      const runs = await runsIn(folder);
      await register(runs.items);
      runs.records.begin(RUN, request());
      // What a step reads of those before it: plan, answers, findings.
      cpSync(join(first, 'runs'), join(folder, 'runs'), { recursive: true });
      for (const passage of whole.slice(0, cut)) runs.records.pass(RUN, passage);
      await runs.recover(RUN, signal);

      const { status, error } = runs.records.find(RUN) ?? {};
      const told = whole
        .slice(0, cut)
        .filter(({ kind }) => kind === 'exited')
        .map(({ name }) => name);
      const judged = told.filter((name) => name === 'DiagnoseAndJudge').length;
      const dispatched = told.filter((name) => name === 'Dispatch').length;
      const isMeasured = judged === 2 || dispatched === 2;
      // Before that it has sent no packet.
      const isBegun = whole.slice(0, cut).some(({ name }) => name === 'Dispatch');
      const label = `${cut}: ${told.at(-1) ?? 'nothing'}`;
      if (!isBegun || isMeasured) {
        expect([label, status, error]).toEqual([label, 'SUCCEEDED', undefined]);
        expect(await readLatest(runs.items, 'shop')).toMatchObject({ verdict: 'fail', runId: RUN });
        seen.whole = (seen.whole ?? 0) + 1;
      } else {
        expect([label, status, error]).toEqual([label, 'FAILED', 'RunInterrupted']);
        // It changes nothing that is known of the target, and tells nobody.
        expect(await readLatest(runs.items, 'shop')).toBeUndefined();
        expect(runs.announced).toEqual([]);
        const report = Report.parse(JSON.parse(await runs.store.get(reportKey(RUN, 0, 'json'))));
        expect(report.endpoints).toHaveLength(2);
        seen.cut = (seen.cut ?? 0) + 1;
      }
    }
    expect(seen.whole).toBeGreaterThan(7);
    expect(seen.cut).toBeGreaterThan(4);
  });

  it('ends without a report when nothing was measured', async () => {
    const runs = await runsIn(newFolder());
    await register(runs.items);
    runs.records.begin(RUN, request());
    for (const passage of whole.slice(0, 4)) runs.records.pass(RUN, passage);
    await runs.recover(RUN, signal);
    expect(runs.records.find(RUN)).toMatchObject({
      status: 'FAILED',
      error: 'RunInterrupted',
      cause: 'the station ended while the run was under way, and had measured nothing',
    });
    await expect(runs.store.get(reportKey(RUN, 0, 'json'))).rejects.toThrow('NoSuchKey');
  });
});
