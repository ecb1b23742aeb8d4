/** All steps in the order of the state machine, in this process: the real prober on loopback, ports in memory. */
import { afterEach, expect, it } from 'vitest';
import { createLocalContext } from '../../../lib/engine/context.ts';
import { type EndpointReport, Report } from '../../../lib/engine/report-schema.ts';
import { runCheck } from '../../../lib/engine/run/run.ts';
import { probes } from '../../../lib/kinds/probes.ts';
import { RunSettings } from '../../../lib/model/request.ts';
import type { InvokeProber } from '../../../lib/service/ports/prober-invoker.ts';
import { createDispatcher } from '../../../lib/service/runs/dispatch.ts';
import { findIpv6Hosts } from '../../../lib/service/runs/ipv6-hosts.ts';
import { createJudge } from '../../../lib/service/runs/judge.ts';
import type { Dispatch, FleetRequest } from '../../../lib/service/runs/messages.ts';
import { createPlanner } from '../../../lib/service/runs/plan.ts';
import { createProber } from '../../../lib/service/runs/prober.ts';
import { createPublisher } from '../../../lib/service/runs/publish.ts';
import { DEFAULT_RATE_LIMITS } from '../../../lib/service/runs/rate-limit.ts';
import { createReporter } from '../../../lib/service/runs/report.ts';
import type { AttemptOutcome, JudgeOutput, PlanOutput } from '../../../lib/service/runs/steps.ts';
import { readLatest } from '../../../lib/service/state/latest.ts';
import { endpoint } from '../../engine/run/fakes.ts';
import { messageWithoutTimes } from '../../fleet-rig/comparison.ts';
import { banner, closedPort, listen, type Peer } from '../../servers/tcp-peers.ts';
import { memoryItems } from '../state/memory-items.ts';
import {
  execution,
  FLEET,
  invocation,
  memorySecrets,
  memoryStore,
  memorySwitch,
  memoryTelemetry,
  request,
  targetItem,
  VOUCH,
} from './ports.ts';

const peers: Peer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.close();
});

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** What the state machine does: each step gets the JSON that the one before gave. */
async function runFleet(given: Partial<FleetRequest>, wrap = (invoke: InvokeProber): InvokeProber => invoke) {
  const [store, items, telemetry] = [
    memoryStore(),
    memoryItems([targetItem({ name: 'shop', hosts: ['127.0.0.1'] })]),
    memoryTelemetry(),
  ];
  const stop = memorySwitch();
  const prober = createProber({ allowPrivate: true, telemetry });
  const invoke: InvokeProber = async (_, payload) => ({
    status: 'answered',
    text: JSON.stringify(await prober(JSON.parse(payload), invocation())),
  });
  const plan = createPlanner({
    fleet: FLEET,
    items,
    retentionDays: 400,
    store,
    limits: DEFAULT_RATE_LIMITS,
    stop,
    findIpv6: findIpv6Hosts,
    telemetry,
  });
  const dispatch = createDispatcher({
    invoke: wrap(invoke),
    store,
    stop,
    stopUrl: async () => 'http://127.0.0.1:9/',
    listenerSecrets: memorySecrets(),
    telemetry,
  });
  const judge = createJudge({ store, telemetry });
  const report = createReporter({ store, items, telemetry, now: Date.now });
  const publish = createPublisher({
    store,
    items,
    retentionDays: 400,
    changes: { fleet: 'test', send: async () => undefined, inMaintenance: async () => false },
    telemetry,
  });

  const one = async (item: Dispatch): Promise<AttemptOutcome> => {
    try {
      return json(await dispatch(json(item), invocation()));
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      return { vantage: item.vantage.id, attempt: item.attempt, error: name };
    }
  };
  let state: PlanOutput | JudgeOutput = json(
    await plan({ request: request(given), execution }, invocation()),
  );
  let rounds = 0;
  do {
    rounds += 1;
    const latest: AttemptOutcome[] = await Promise.all(state.dispatches.map(one));
    state = json(await judge(json({ ...state, latest }), invocation()));
  } while ('confirm' in state && state.confirm.needed);
  const made = json(await report(json(state), invocation()));
  await publish(json(made), invocation());
  const reports = made.reports.map(({ keys }) =>
    Report.parse(JSON.parse(store.objects.get(keys.json) ?? '')),
  );
  return { made, reports, items, rounds, store };
}

/** All but when it was measured and from which port. */
const withoutTimes = ({
  observations,
  summary: _,
  message,
  furtherMessages = [],
  ...rest
}: EndpointReport) => ({
  ...rest,
  message: messageWithoutTimes(message),
  furtherMessages: furtherMessages.map(messageWithoutTimes),
  observations: observations.map(({ address, state, cause, attempt, family }) => ({
    address,
    state,
    cause,
    attempt,
    family,
  })),
});

async function site() {
  const peer = await listen(banner('220 ready\r\n'));
  peers.push(peer);
  return { open: peer.port, shut: await closedPort() };
}

it('gives the report that one machine gives, and confirms what failed', async () => {
  const { open, shut } = await site();
  const check = [`tcp://127.0.0.1:${open}`, `tcp://127.0.0.1:${shut}`];
  const closed = [`ssh://127.0.0.1:${shut}`];
  const targets = [{ name: 'shop', check, closed }];
  const settings = { confirm: 1, confirmPause: 0 };
  const { made, reports, rounds, items } = await runFleet({
    vouch: VOUCH,
    vantages: ['eu-west-1'],
    targets,
    settings,
  });
  expect(rounds).toBe(2);
  expect(made.verdict).toBe('fail');
  expect(await readLatest(items, 'shop')).toMatchObject({ verdict: 'fail', runId: 'run-1' });

  const alone: EndpointReport[] = [];
  const localSettings = RunSettings.parse({ allowPrivate: true, confirm: 1, confirmPauseMs: 0 });
  const endpoints = [open, shut].map((port) => endpoint({ host: '127.0.0.1', port, target: 'shop' }));
  await runCheck({
    id: 'local',
    endpoints: [
      ...endpoints,
      endpoint({ kind: 'ssh', host: '127.0.0.1', port: shut, target: 'shop', expect: 'closed' }),
    ],
    settings: localSettings,
    context: createLocalContext(localSettings, new AbortController().signal),
    probes,
    vantage: { id: 'eu-west-1', kind: 'lambda' },
    events: { endpoint: (one) => void alone.push(json(one)) },
  });
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  const fleetReports = [...(reports[0]?.endpoints ?? [])].sort(byId);
  expect(fleetReports.map(withoutTimes)).toEqual(alone.sort(byId).map(withoutTimes));
  expect(fleetReports.find(({ id }) => id === check[1])?.observations.map(({ attempt }) => attempt)).toEqual([
    1, 2,
  ]);
});

it('reports what the others saw when vantages are throttled, silent or mad', async () => {
  const { open } = await site();
  const broken: Record<string, Awaited<ReturnType<InvokeProber>>> = {
    'us-east-1': { status: 'throttled', message: 'Rate exceeded' },
    'ap-south-1': { status: 'answered', text: 'x'.repeat(6_000_000) },
  };
  const targets = [{ name: 'shop', check: [`tcp://127.0.0.1:${open}`] }];
  const { made, reports, rounds } = await runFleet(
    { vouch: VOUCH, targets },
    (invoke) => async (vantage, payload, options) =>
      broken[vantage.region] ?? invoke(vantage, payload, options),
  );
  expect([made.verdict, rounds]).toEqual(['pass', 1]);
  expect(reports[0]?.vantages.map(({ id, unavailable }) => [id, unavailable])).toEqual([
    ['eu-west-1', undefined],
    ['us-east-1', 'ProberThrottled'],
    ['ap-south-1', 'ProberRubbish'],
  ]);
});

it('calls a failure that does not repeat a flap', async () => {
  let calls = 0;
  const peer = await listen((socket) => {
    calls += 1;
    if (calls === 1) socket.resetAndDestroy();
    else socket.write('220 ready\r\n');
  });
  peers.push(peer);
  const targets = [{ name: 'shop', check: [`tcp://127.0.0.1:${peer.port}`] }];
  const settings = { confirmPause: 0 };
  const { reports, rounds } = await runFleet({ vouch: VOUCH, vantages: ['eu-west-1'], targets, settings });
  expect(rounds).toBe(2);
  expect(reports[0]?.endpoints[0]).toMatchObject({ verdict: 'warn', flapped: true });
});

it('sends no packet to a target that nobody has proven, and says so', async () => {
  let calls = 0;
  const peer = await listen(() => {
    calls += 1;
  });
  peers.push(peer);
  const targets = [{ name: 'shop', check: [`tcp://127.0.0.1:${peer.port}`] }];
  const { reports } = await runFleet({ targets });
  expect(reports[0]?.endpoints[0]).toMatchObject({
    verdict: 'inconclusive',
    cause: 'prober.target-not-authorised',
  });
  expect(calls).toBe(0);
});
