/** The alarms, and the dashboard to look at after one. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  type AlarmBase,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmOnAny } from './alarm-on-any.ts';
import type { Notifications } from './notifications.ts';
import { FIVE_MINUTES, ownMetric } from './own-metric.ts';
import { type ScheduleAlarmsProps, scheduleAlarms } from './schedule-alarms.ts';
import type { PlannedVantage } from './vantages.ts';

export interface ObservabilityProps extends ScheduleAlarmsProps {
  readonly machines: { readonly check: StateMachine; readonly sweep: StateMachine };
  /** By name. */
  readonly functions: { readonly dispatcher: IFunction; readonly plan: IFunction } & Readonly<
    Record<string, IFunction>
  >;
  readonly api: IFunction;
  /** What answers site vantages, and what puts work in line for them. */
  readonly sites: { readonly site: IFunction; readonly queue: IFunction };
  /** Absent: there are no links. */
  readonly share?: IFunction;
  readonly vantages: readonly PlannedVantage[];
  readonly deadLetters: IQueue;
  readonly notifications: Pick<Notifications, 'notifier' | 'deadLetters'>;
  readonly topic: ITopic;
}

export class Observability extends Construct {
  readonly alarms: readonly AlarmBase[];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.alarms = [
      ...executionAlarms(this, props),
      ...functionAlarms(this, props),
      ...alertAlarms(this, props),
      ...scheduleAlarms(this, props),
    ];
    const action = new SnsAction(props.topic);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    addDashboard(this, props, this.alarms);
  }
}

function sum(metrics: readonly IMetric[], label: string, period = FIVE_MINUTES): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label,
    period,
  });
}

function executionAlarms(scope: Construct, { machines }: ObservabilityProps): Alarm[] {
  const { check, sweep } = machines;
  // What was stopped on purpose is not a fault, and what was refused does not fail (run-chain.ts).
  const lost = (machine: StateMachine): IMetric =>
    sum([machine.metricFailed(), machine.metricTimedOut()], 'failed or timed out');
  return [
    alarmOnAny(
      scope,
      'ChecksFailed',
      'A check ended without being published; its execution says at which step. What was measured is in the run bucket.',
      lost(check),
    ),
    alarmOnAny(
      scope,
      'SweepsFailed',
      'A sweep gave up, because more of its batches failed than it tolerates; see its Map Run.',
      lost(sweep),
    ),
    alarmOnAny(
      scope,
      'ExecutionsThrottled',
      'Step Functions delays state transitions: the account is at its limit.',
      sum([check.metricThrottled(), sweep.metricThrottled()], 'throttled'),
    ),
  ];
}

function functionAlarms(scope: Construct, props: ObservabilityProps): Alarm[] {
  const { fleetName, functions, api, share, sites, scheduling, deadLetters } = props;
  // Plan and dispatcher end with an error also when they refuse something, so they count their faults themselves.
  const { dispatcher: _dispatcher, plan: _plan, ...steps } = functions;
  const { starter, watchdog } = scheduling;
  // Not what answers site vantages: anybody can flood its routes, and it has a bound of its own.
  const entries = [
    api,
    starter.lambda,
    watchdog.lambda,
    sites.queue,
    ...(share === undefined ? [] : [share]),
  ];
  const all = [...Object.values(functions), ...entries];
  return [
    alarmOnAny(
      scope,
      'FunctionsThrottled',
      'Functions of the home region are throttled: the account is at its concurrency limit, or a sweep is too wide.',
      sum(
        all.map((each) => each.metricThrottles()),
        'throttles',
      ),
    ),
    alarmOnAny(
      scope,
      'ProbersThrottled',
      'Probers are throttled: proberConcurrency is too low for what is asked, or the account is at its limit in a region. The log of dispatcher names the vantage.',
      ownMetric(fleetName, 'dispatcher', 'ProbersThrottled'),
    ),
    // One lost vantage is shown in the report; several within a quarter of an hour are a region or a deployment.
    alarmOnAny(
      scope,
      'DispatcherErrors',
      'Dispatches fail: a region is down, a prober is missing or throttled. Its log names the vantage and the error.',
      ownMetric(fleetName, 'dispatcher', 'DispatchesFailed').with({ period: Duration.minutes(15) }),
      3,
    ),
    alarmOnAny(
      scope,
      'SiteErrors',
      'Site vantages got a 500 or 503 that was our fault: a bug, or a table, bucket or state machine out of reach. The log of site says which.',
      sum([ownMetric(fleetName, 'site', 'SiteFaults'), sites.site.metricErrors()], 'faults'),
    ),
    alarmOnAny(
      scope,
      'ApiErrors',
      'Callers of the HTTP API got a 500 or 503 that was our fault: a bug, or a table or bucket out of reach. Its log says which.',
      sum(
        [
          // What its router answers for; a call that the function did not survive is the other.
          ownMetric(fleetName, 'api', 'ApiFaults'),
          api.metricErrors(),
        ],
        'faults',
      ),
    ),
    alarmOnAny(
      scope,
      'StepErrors',
      'Plan, judge, report or publish failed, perhaps before a retry that worked; see their logs.',
      sum(
        [
          ...Object.values(steps).map((each) => each.metricErrors()),
          ownMetric(fleetName, 'plan', 'PlanFaults'),
        ],
        'errors',
      ),
    ),
    ...(share === undefined
      ? []
      : [
          alarmOnAny(
            scope,
            'ShareErrors',
            'Links to reports fail: table or bucket out of reach, or a bug. Its log says which.',
            share.metricErrors({ period: FIVE_MINUTES }),
          ),
        ]),
    alarmOnAny(
      scope,
      'RunsNotSigned',
      'Reports were written without a signature: the key is out of reach, disabled, or throttled. The log of report says why.',
      ownMetric(fleetName, 'report', 'RunsNotSigned'),
    ),
    alarmOnAny(
      scope,
      'JournalDeadLetters',
      'Events of ended runs could not be written to the journal, so the heartbeat may be wrong.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
  ];
}

/** Otherwise lost alerts would not be noticed. The mail topic at least reports faults of webhooks. */
function alertAlarms(scope: Construct, { fleetName, notifications }: ObservabilityProps): Alarm[] {
  const { notifier, deadLetters } = notifications;
  return [
    alarmOnAny(
      scope,
      'AlertsUndelivered',
      'A change could not be delivered even after hours: it is in the dead-letter queue of Notifications. The log of notifier names the webhook.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
    alarmOnAny(
      scope,
      'AlertsRefused',
      'A webhook refuses alerts permanently: it was removed at its service, or its name leads elsewhere. The log of notifier names it; try it with "webhook test".',
      ownMetric(fleetName, 'notifier', 'DeliveriesRefused'),
    ),
    alarmOnAny(
      scope,
      'NotifierThrottled',
      'The notifier is throttled: alerts come late.',
      notifier.lambda.metricThrottles(),
    ),
  ];
}

function addDashboard(scope: Construct, props: ObservabilityProps, alarms: readonly AlarmBase[]): void {
  const { machines, functions, vantages } = props;
  // Metrics of other accounts are theirs.
  const own = vantages.filter(({ elsewhere }) => elsewhere === undefined);
  const prober = (metricName: string, statistic: string): Metric[] =>
    own.map(
      ({ facts }) =>
        new Metric({
          namespace: 'AWS/Lambda',
          metricName,
          dimensionsMap: { FunctionName: facts.functionName },
          region: facts.region,
          statistic,
          label: facts.id,
        }),
    );
  const graph = (title: string, left: IMetric[], right?: IMetric[]): GraphWidget =>
    new GraphWidget({ title, left, width: 12, ...(right === undefined ? {} : { right }) });
  new Dashboard(scope, 'Dashboard', {
    // Dashboards are the account's and not a region's.
    dashboardName: `${props.fleetName}-${Stack.of(scope).region}`,
    defaultInterval: Duration.days(1),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
      [
        graph('Checks', [
          machines.check.metricStarted(),
          machines.check.metricSucceeded(),
          machines.check.metricFailed(),
        ]),
        graph('Time of a check', [
          machines.check.metricTime({ statistic: 'p50', label: 'p50' }),
          machines.check.metricTime({ statistic: 'p99', label: 'p99' }),
        ]),
      ],
      [
        graph('Sweeps', [
          machines.sweep.metricStarted(),
          machines.sweep.metricSucceeded(),
          machines.sweep.metricFailed(),
        ]),
        graph('Scheduled runs finished', [props.scheduledRunsFinished]),
      ],
      [
        graph('Probers: invocations', prober('Invocations', 'Sum')),
        graph('Probers: duration, p99', prober('Duration', 'p99')),
      ],
      [
        graph('Probers: errors', prober('Errors', 'Sum')),
        graph('Probers: throttles', prober('Throttles', 'Sum')),
      ],
      [
        graph(
          'Steps: errors and throttles',
          Object.entries(functions).map(([name, each]) => each.metricErrors({ label: `${name} errors` })),
          Object.entries(functions).map(([name, each]) =>
            each.metricThrottles({ label: `${name} throttles` }),
          ),
        ),
        graph(
          'Steps: duration, p99',
          Object.entries(functions).map(([name, each]) =>
            each.metricDuration({ statistic: 'p99', label: name }),
          ),
        ),
      ],
    ],
  });
}
