/** A machine elsewhere has its own way to the internet: it neither proves nor disproves that of the station. */
import { expect, it } from 'vitest';
import { createOwnSide } from '../../../../lib/local/station/own-side/own-side.ts';
import type { BatchResult } from '../../../../lib/service/runs/batch-result.ts';
import type { AttemptOutcome, PlanOutput } from '../../../../lib/service/runs/steps.ts';
import { endpoint } from '../../../engine/run/fakes.ts';
import { filtered, vantage } from '../../../engine/verdict/sample.ts';
import { memoryStore, memoryTelemetry } from '../../../service/runs/ports.ts';
import { memoryItems } from '../../../service/state/memory-items.ts';

const NOW = Date.parse('2026-03-01T09:00:00.000Z');
const SEEN = { pk: 'STATION#', sk: 'UPLINK' };

/** Nothing answered there; `ok`: but a control did. */
function outcome(id: string, ok: boolean): AttemptOutcome {
  const facts = { ...vantage(id), controls: vantage(id).controls.map((one) => ({ ...one, ok })) };
  const { observation } = filtered({ vantage: id, address: '93.184.215.14' });
  const result: BatchResult = {
    vantage: facts,
    results: [{ endpointId: endpoint().id, measured: [{ vantage: id, attempt: 1, observation }], facts }],
  };
  return { vantage: id, attempt: 1, result: { inline: { ...result } } };
}

function ownSide(answeredBefore: boolean) {
  const items = memoryItems(answeredBefore ? [{ ...SEEN, answeredAt: '2026-03-01T08:00:00.000Z' }] : []);
  const store = memoryStore();
  const side = createOwnSide({
    items,
    store: { get: async () => JSON.stringify(PLAN) },
    announce: async () => undefined,
    fleet: 'station',
    look: async () => ({ answers: false, detail: 'no control answered' }),
    telemetry: memoryTelemetry(),
    now: () => NOW,
  });
  return {
    items,
    store,
    judge: (...latest: AttemptOutcome[]) => side.ofRun(STATE, latest),
  };
}
const RUN = {
  runId: 'run-1',
  requestedBy: 'ada',
  startedAt: '2026-03-01T09:00:00.000Z',
  planKey: 'runs/run-1/plan.json',
  vantages: [],
  attempt: 1,
};
const STATE: PlanOutput = { run: RUN, dispatches: [], results: [] };
const PLAN = {
  runId: 'run-1',
  execution: 'station:run-1',
  requestedBy: 'ada',
  startedAt: '2026-03-01T09:00:00.000Z',
  settings: {},
  vantages: [],
  targets: [],
};

it('is not taken for an answer to the station', async () => {
  const { items, judge } = ownSide(false);
  expect(await judge(outcome('local', false), outcome('branch', true))).toBeUndefined();
  expect(await items.get(SEEN)).toBeUndefined();
});

it('keeps what it saw, though the station’s own way is away', async () => {
  const { judge } = ownSide(true);
  expect(await judge(outcome('local', false), outcome('branch', false))).toBeUndefined();
});

it('that gave nothing hides no uplink that is away', async () => {
  const { judge } = ownSide(true);
  const lost = { vantage: 'branch', attempt: 1, error: 'VantageStale' };
  expect(await judge(outcome('local', false), lost)).toContain(
    'nothing on the internet answers this machine',
  );
});
