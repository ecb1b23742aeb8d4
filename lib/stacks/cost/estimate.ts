/** What a check, a sweep and an idle fleet cost, from the templates, the prices and a workload. Pure. */
import { type PriceId, prices } from './prices.ts';
import type { Workload } from './workload.ts';

export interface CostLine {
  readonly what: string;
  readonly quantity: number;
  readonly price: PriceId;
  /** US dollars. */
  readonly usd: number;
}

export interface Execution {
  readonly transitions: number;
  readonly vantages: number;
  readonly targets: number;
  readonly functionMs: Workload['functionMs'];
  /** MiB by function. */
  readonly memory: Readonly<Record<keyof Workload['functionMs'], number>>;
  readonly workload: Workload;
  readonly retentionDays: number;
}

const GB = 1e9;
const DAYS_A_MONTH = 30.4;
/** Plan, judge, report and publish, each once. */
const STEPS = ['plan', 'judge', 'report', 'publish'] as const;
/** Data, page and Markdown, and the page in German. */
const REPORT_FORMATS = 4;
/** Of each target: that of the page serves the data as well; the page in German has its own. */
const REPORT_SIGNATURES = 2;

const line = (what: string, quantity: number, price: PriceId): CostLine => ({
  what,
  quantity,
  price,
  usd: quantity * prices[price].usd,
});

/** One execution in which nothing fails: a check, or a child of a sweep. */
export function executionCost(execution: Execution): CostLine[] {
  const { vantages, targets, functionMs, memory, workload, retentionDays } = execution;
  const endpoints = workload.endpointsPerTarget;
  const seconds = (name: keyof Workload['functionMs'], times: number): number =>
    (memory[name] / 1_024) * (functionMs[name] / 1_000) * times;
  const steps = STEPS.reduce((sum, name) => sum + seconds(name, 1), 0);
  const invocations = STEPS.length + 2 * vantages;
  const rawBytes = workload.rawBytesPerTarget * targets * vantages;
  const storedBytes = rawBytes + (workload.judgedBytesPerTarget + workload.reportBytesPerTarget) * targets;
  const logBytes =
    invocations * workload.logBytesPerInvocation + execution.transitions * workload.logBytesPerTransition;
  return [
    line('State transitions', execution.transitions, 'transition'),
    line('Probers', seconds('prober', vantages), 'lambdaSecond'),
    line('Dispatchers', seconds('dispatcher', vantages), 'lambdaSecond'),
    line('Plan, judge, report, publish', steps, 'lambdaSecond'),
    line('Invocations', invocations, 'lambdaRequest'),
    // Plan, one raw object for each vantage, the findings, the reports.
    line('Objects written', 1 + vantages + 1 + REPORT_FORMATS * targets, 's3Put'),
    // Plan and raw objects by the judge, plan and findings by the report, each JSON report once by publish.
    line('Objects read', 1 + vantages + 2 + targets, 's3Get'),
    line(
      'Reports and raw observations, kept',
      (storedBytes / GB) * (retentionDays / DAYS_A_MONTH),
      's3Month',
    ),
    // The run begun and ended; for each target its run, its latest state and its alerts, of at most 2 KB each,
    // and the history of each endpoint, of as much.
    line('Table written', 2 + (1 + 2 + 2 + 2 * endpoints) * targets, 'tableWrite'),
    // Registration by plan, latest state, registration, maintenance and alerts by publish; each history by both.
    line('Table read', (5 + 2 * endpoints) * targets, 'tableRead'),
    line('Signatures', REPORT_SIGNATURES * targets, 'signature'),
    line('Event', 1, 'event'),
    line('Logs', logBytes / GB, 'logs'),
    line('Traces', 1, 'trace'),
    line('Answers from other regions', rawBytes / GB, 'betweenRegions'),
  ];
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

export interface FixedCostInput {
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  /** MiB. */
  readonly watchdogMemory: number;
  readonly workload: Pick<Workload, 'logBytesPerInvocation'>;
}

const HOURS_A_MONTH = 730;
/** It looks every five minutes. */
const WATCHDOG_RUNS = 12 * HOURS_A_MONTH;
/** Assumed: some requests to the table, with nothing due. */
const WATCHDOG_SECONDS = 1;
/** SchedulesBeating, ScheduledRunsMissed and ScheduledRunsFailed, with each look. */
const WATCHDOG_METRICS = 3;

/** The cost of a month in which nothing is checked. */
export function fixedMonthlyCost(input: FixedCostInput): CostLine[] {
  const { alarmMetrics, compositeAlarms, watchdogMemory, workload } = input;
  return [
    line('Alarms', alarmMetrics, 'alarm'),
    line('Composite alarm', compositeAlarms, 'compositeAlarm'),
    line('Metrics of the watchdog', WATCHDOG_METRICS, 'metric'),
    line('Watchdog', (watchdogMemory / 1_024) * WATCHDOG_SECONDS * WATCHDOG_RUNS, 'lambdaSecond'),
    line('Its invocations', WATCHDOG_RUNS, 'lambdaRequest'),
    line('Its logs', (workload.logBytesPerInvocation * WATCHDOG_RUNS) / GB, 'logs'),
    line('Dashboard', 1, 'dashboard'),
    line('Keys of the alert topic and of the reports', 2, 'key'),
  ];
}

/** What the API says to each (functions/site.ts). */
const SITE_ASKS_EVERY_S = 10;
/** Assumed: four round trips to the table, one after the other. */
const SITE_SECONDS = 0.06;
/** The list, key and last sign of life of the vantage; its work. */
const SITE_READS = 4;
/** The nonce of each question, and every second time that it was heard of. */
const SITE_WRITES = 1.5;
/** Assumed: Lambda's three lines and one of the access log; none of ours. */
const SITE_LOG_BYTES = 800;

/** A month of a site vantage that asks and gets no work. @param memory MiB of the function that answers */
export function siteVantageCost(memory: number): CostLine[] {
  const questions = (HOURS_A_MONTH * 3_600) / SITE_ASKS_EVERY_S;
  return [
    line('Questions', questions, 'apiRequest'),
    line('Invocations for them', questions, 'lambdaRequest'),
    line('Their time', (memory / 1_024) * SITE_SECONDS * questions, 'lambdaSecond'),
    line('Table written', SITE_WRITES * questions, 'tableWrite'),
    line('Table read', SITE_READS * questions, 'tableRead'),
    line('Their logs', (SITE_LOG_BYTES * questions) / GB, 'logs'),
  ];
}

/** BatchDuration (lib/service/runs/prober.ts). */
const METRICS_A_VANTAGE = 1;
/** RunsPlanned, RunsReported by verdict, RunDuration, ScheduledRunsFinished; Changes by five kinds. */
const METRICS_AT_HOME = 12;

/** What comes with use beside the checks: each for so much as is easy to multiply. */
export const usedCost = (vantages: number): CostLine[] => [
  // An hour in which a metric is not published is not charged.
  line('Metrics of runs, with some in each hour', METRICS_A_VANTAGE * vantages + METRICS_AT_HOME, 'metric'),
  line('Requests of the API', 1e6, 'apiRequest'),
  line('Links opened', 1e6, 'linkRequest'),
  line('Reports read by links', 10, 'linkGigabyte'),
  line('Pages of links that may check again, and presses, beside the checks', 1e6, 'lambdaRequest'),
  line('People who sign in to the console at its own address', 10, 'person'),
  line('Scheduled runs', 1e6, 'scheduled'),
  line('Table, which can be restored', 10, 'tableBackup'),
  line('Flow logs of a vantage with a fixed address', 10, 'flowLogs'),
];

/** What fixed addresses add to a month. */
export const addressCost = (addresses: number): CostLine[] => [
  line('NAT gateways', addresses * HOURS_A_MONTH, 'natHour'),
  line('Elastic IPs', addresses * HOURS_A_MONTH, 'addressHour'),
];

/** The same by CloudWatch Synthetics: a canary in each region, which checks all endpoints of a target in one run. */
export const canaryCost = (vantages: number, targets: number): number =>
  vantages * targets * prices.canaryRun.usd;
