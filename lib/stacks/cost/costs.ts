/** All costs of a fleet, from what was synthesized. Pure. */
import * as z from 'zod';
import { EARLY_EVERY_MS } from '../../service/runs/tell-early.ts';
import {
  type CostLine,
  executionCost,
  fixedMonthlyCost,
  siteVantageCost,
  total,
  usedCost,
} from './estimate.ts';
import type { PriceId } from './prices.ts';
import {
  alarmedMetrics,
  countOf,
  definitions,
  functionMemory,
  functionsInVpc,
  type MachineDefinition,
  type Template,
} from './template.ts';
import { countChildTransitions, countTransitions } from './transitions.ts';
import type { Workload } from './workload.ts';

export interface CostInput {
  readonly control: Template;
  readonly probes: readonly Template[];
  readonly workload: Workload;
  readonly fleetName: string;
  readonly retentionDays: number;
}

/** Numbers that are on the page; also for readers who want them without the text. */
export interface Costs {
  readonly vantages: number;
  readonly checkTransitions: number;
  readonly confirmationTransitions: number;
  readonly childTransitions: number;
  readonly targetsPerChild: number;
  /** One target, healthy, from all vantages. */
  readonly check: readonly CostLine[];
  /** US dollars that one vantage which judges IPv6 adds to that check, if the target has IPv6. */
  readonly ipv6VantageUsd: number;
  /** Objects that the vantages of that check write at most before they answer, if a person started it. */
  readonly earlyPuts: number;
  /** A child of a sweep. */
  readonly child: readonly CostLine[];
  /** Lambda seconds of one target in a sweep, by function. */
  readonly sweepSeconds: Readonly<Record<keyof Workload['functionMs'], number>>;
  readonly standing: readonly CostLine[];
  /** A month of one site vantage, without the runs that it is asked in. */
  readonly siteVantage: readonly CostLine[];
  /** What comes with use, beside the checks. */
  readonly used: readonly CostLine[];
}

/** What is kept of a run costs for as long as it is kept; the page shows it apart from the run itself. */
export const KEPT: PriceId = 's3Month';
export const runUsd = (lines: readonly CostLine[]): number =>
  total(lines.filter(({ price }) => price !== KEPT));

export function computeCosts({ control, probes, workload, fleetName, retentionDays }: CostInput): Costs {
  const machines = definitions(control);
  const definition = (name: string) => {
    const found = machines.get(`${fleetName}-${name}`);
    if (found === undefined) throw new Error(`no state machine ${fleetName}-${name} in the template`);
    return found;
  };
  const [check, sweep] = [definition('check'), definition('sweep')];
  const home = functionMemory(control);
  const probers = new Map(probes.flatMap((probe) => [...functionMemory(probe)]));
  // A vantage with a fixed address or with IPv6 is an extra, not asked of each endpoint: the check is counted without.
  const vantages = probers.size - probes.reduce((sum, probe) => sum + functionsInVpc(probe), 0);
  const memoryOf = (name: string): number => home.get(`${fleetName}-${name}`) ?? Number.NaN;
  const memory = {
    plan: memoryOf('plan'),
    dispatcher: memoryOf('dispatcher'),
    prober: Math.max(...probers.values()),
    judge: memoryOf('judge'),
    report: memoryOf('report'),
    publish: memoryOf('publish'),
  };
  const common = { vantages, memory, workload, retentionDays };
  const way = { items: vantages, confirmations: 0 };
  const checkTransitions = countTransitions(check, way);
  const childTransitions = countChildTransitions(sweep, way);
  const targetsPerChild = itemsPerBatch(sweep);
  const { functionMs, sweepFunctionMs } = workload;
  const checkFrom = (asked: number): CostLine[] =>
    executionCost({
      ...common,
      vantages: asked,
      transitions: countTransitions(check, { ...way, items: asked }),
      targets: 1,
      functionMs,
    });
  const ofCheck = checkFrom(vantages);
  const seconds = (name: keyof Workload['functionMs'], times: number): number =>
    (sweepFunctionMs[name] / 1_000) * (times / targetsPerChild);
  return {
    vantages,
    checkTransitions,
    confirmationTransitions: countTransitions(check, { ...way, confirmations: 1 }) - checkTransitions,
    childTransitions,
    targetsPerChild,
    check: ofCheck,
    ipv6VantageUsd: runUsd(checkFrom(vantages + 1)) - runUsd(ofCheck),
    earlyPuts: vantages * (1 + Math.floor(functionMs.prober / EARLY_EVERY_MS)),
    child: executionCost({
      ...common,
      transitions: childTransitions,
      targets: targetsPerChild,
      functionMs: sweepFunctionMs,
    }),
    sweepSeconds: {
      plan: seconds('plan', 1),
      dispatcher: seconds('dispatcher', vantages),
      prober: seconds('prober', vantages),
      judge: seconds('judge', 1),
      report: seconds('report', 1),
      publish: seconds('publish', 1),
    },
    standing: fixedMonthlyCost({
      alarmMetrics: alarmedMetrics(control),
      compositeAlarms: countOf(control, 'AWS::CloudWatch::CompositeAlarm'),
      watchdogMemory: memoryOf('watchdog'),
      workload,
    }),
    siteVantage: siteVantageCost(memoryOf('site')),
    used: usedCost(probers.size),
  };
}

function itemsPerBatch(sweep: MachineDefinition): number {
  const batches = Object.values(sweep.States).flatMap(
    ({ ItemBatcher }) => Batcher.safeParse(ItemBatcher).data ?? [],
  );
  if (batches[0] === undefined) throw new Error('the sweep has no ItemBatcher');
  return batches[0].MaxItemsPerBatch;
}

const Batcher = z.object({ MaxItemsPerBatch: z.number().int().min(1) });
