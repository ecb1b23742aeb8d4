/** What rings when scheduled runs do not come, or come to nothing. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Scheduling } from './scheduling.ts';

export interface ScheduleAlarmsProps {
  readonly scheduling: Pick<Scheduling, 'starter' | 'watchdog' | 'deadLetters'>;
  readonly scheduledRunsFinished: Metric;
  /** 0: no heartbeat. */
  readonly heartbeatMinutes: number;
}

const FIVE_MINUTES = Duration.minutes(5);

export function scheduleAlarms(scope: Construct, props: ScheduleAlarmsProps): AlarmBase[] {
  const { starter, watchdog, deadLetters } = props.scheduling;
  const any = (id: string, alarmDescription: string, metric: Metric): Alarm =>
    new Alarm(scope, id, {
      alarmDescription,
      metric,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  return [
    any(
      'ScheduledRunsMissed',
      'Schedules whose last due run was not started; inbound-check schedule list names them.',
      watched('ScheduledRunsMissed'),
    ),
    any(
      'ScheduledRunsFailed',
      'Schedules whose last run failed, or left out what nobody has proven; inbound-check schedule list names them.',
      watched('ScheduledRunsFailed'),
    ),
    any(
      'ScheduleDeadLetters',
      'Due runs could not be handed to the starter, or it failed three times.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
    any(
      'StarterErrors',
      'The starter failed, perhaps before a retry that worked; see its log.',
      starter.lambda.metricErrors({ period: FIVE_MINUTES }),
    ),
    any(
      'WatchdogErrors',
      'The watchdog failed, so nobody looks whether scheduled runs come; see its log.',
      watchdog.lambda.metricErrors({ period: FIVE_MINUTES }),
    ),
    ...heartbeat(scope, props),
  ];
}

/** As lib/schedule/watchdog.ts counts it. */
const watched = (metricName: string): Metric =>
  new Metric({
    namespace: 'InboundCheck',
    metricName,
    dimensionsMap: { service: 'watchdog' },
    statistic: 'Maximum',
    period: FIVE_MINUTES,
  });

/**
 * The one alarm that silence sets off: whatever breaks between the schedule and the last write, the watchdog included,
 * no run finishes. It asks for a run only when one was due: a fleet without schedules is silent by right.
 */
function heartbeat(
  scope: Construct,
  { scheduledRunsFinished, heartbeatMinutes }: ScheduleAlarmsProps,
): AlarmBase[] {
  if (heartbeatMinutes === 0) return [];
  // An alarm looks back one day at periods below an hour, and seven days at periods of an hour.
  const period = heartbeatMinutes < 60 ? 5 : 60;
  const silence = new Alarm(scope, 'Silence', {
    alarmDescription: `Part of NoScheduledRunFinished: none finished within ${heartbeatMinutes} minutes.`,
    metric: scheduledRunsFinished.with({ period: Duration.minutes(period) }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: heartbeatMinutes / period,
    datapointsToAlarm: heartbeatMinutes / period,
    treatMissingData: TreatMissingData.BREACHING,
  });
  const beating = new Alarm(scope, 'Beating', {
    alarmDescription: `Part of NoScheduledRunFinished: a run was due within ${heartbeatMinutes} minutes, or the watchdog does not say.`,
    metric: watched('SchedulesBeating'),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  });
  return [
    new CompositeAlarm(scope, 'NoScheduledRunFinished', {
      alarmDescription: `Runs were due, and none finished within ${heartbeatMinutes} minutes.`,
      alarmRule: AlarmRule.allOf(
        AlarmRule.fromAlarm(silence, AlarmState.ALARM),
        AlarmRule.fromAlarm(beating, AlarmState.ALARM),
      ),
    }),
  ];
}
