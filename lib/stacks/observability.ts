/** What wakes somebody, and what they look at then. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmStatusWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Notifications } from './notifications.ts';
import { type ScheduleAlarmsProps, scheduleAlarms } from './schedule-alarms.ts';
import type { PlannedVantage } from './vantages.ts';

export interface ObservabilityProps extends ScheduleAlarmsProps {
  readonly fleetName: string;
  readonly machines: { readonly check: StateMachine; readonly sweep: StateMachine };
  /** By name; `dispatcher` among them. */
  readonly functions: { readonly dispatcher: IFunction } & Readonly<Record<string, IFunction>>;
  readonly api: IFunction;
  readonly vantages: readonly PlannedVantage[];
  readonly deadLetters: IQueue;
  readonly notifications: Pick<Notifications, 'notifier' | 'deadLetters'>;
  readonly topic: ITopic;
}

/** As in lib/adapters/aws/telemetry.ts. */
const METRICS_NAMESPACE = 'InboundCheck';
const FIVE_MINUTES = Duration.minutes(5);

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

/** An alarm on a count that should be 0; without data nothing happened, so nothing is wrong. */
function alarmOnAny(scope: Construct, id: string, description: string, metric: IMetric, atLeast = 1): Alarm {
  return new Alarm(scope, id, {
    alarmDescription: description,
    metric,
    threshold: atLeast,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
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
  const lost = (machine: StateMachine): IMetric =>
    sum(
      [machine.metricFailed(), machine.metricTimedOut(), machine.metricAborted()],
      'failed, timed out or aborted',
    );
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

function functionAlarms(scope: Construct, { functions, api, deadLetters }: ObservabilityProps): Alarm[] {
  const { dispatcher, ...steps } = functions;
  const all = Object.values(functions);
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
    // One lost vantage is shown in the report; several within a quarter of an hour are a region or a deployment.
    alarmOnAny(
      scope,
      'DispatcherErrors',
      'Dispatches fail: a region is down, a prober is missing or throttled. Its log names the vantage and the error.',
      dispatcher.metricErrors({ period: Duration.minutes(15) }),
      3,
    ),
    alarmOnAny(
      scope,
      'ApiErrors',
      'Callers of the HTTP API got a 500 or 503 that was our fault: a bug, or a table or bucket out of reach. Its log says which.',
      sum(
        [
          // What its router answers for; a call that the function did not survive is the other.
          new Metric({
            namespace: METRICS_NAMESPACE,
            metricName: 'ApiFaults',
            dimensionsMap: { service: 'api' },
            statistic: 'Sum',
          }),
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
        Object.values(steps).map((each) => each.metricErrors()),
        'errors',
      ),
    ),
    alarmOnAny(
      scope,
      'RunsNotSigned',
      'Reports were written without a signature: the key is out of reach, disabled, or throttled. The log of report says why.',
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'RunsNotSigned',
        dimensionsMap: { service: 'report' },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
    ),
    alarmOnAny(
      scope,
      'JournalDeadLetters',
      'Events of ended runs could not be written to the journal, so the heartbeat may be wrong.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
  ];
}

/** Alerts that nobody got would otherwise be missed by nobody. The mail topic tells of webhooks, at least. */
function alertAlarms(scope: Construct, { notifications }: ObservabilityProps): Alarm[] {
  const { notifier, deadLetters } = notifications;
  return [
    alarmOnAny(
      scope,
      'AlertsUndelivered',
      'A change could not be delivered even after hours: it lies in the dead-letter queue of Notifications. The log of notifier names the webhook.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
    alarmOnAny(
      scope,
      'AlertsRefused',
      'A webhook refuses alerts for good: it was removed at its service, or its name leads elsewhere. The log of notifier names it; try it with "webhook test".',
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'DeliveriesRefused',
        dimensionsMap: { service: 'notifier' },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
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
  const prober = (metricName: string, statistic: string): Metric[] =>
    vantages.map(
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
    dashboardName: props.fleetName,
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
