/** The alarms for scheduled runs that do not start, or fail. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmOnAny } from './alarm-on-any.ts';
import { FIVE_MINUTES, ownMetric } from './own-metric.ts';
import type { Scheduling } from './scheduling.ts';

export interface ScheduleAlarmsProps {
  readonly fleetName: string;
  readonly scheduling: Pick<Scheduling, 'starter' | 'watchdog' | 'deadLetters'>;
  readonly scheduledRunsFinished: Metric;
  /** 0: no heartbeat. */
  readonly heartbeatMinutes: number;
}

export function scheduleAlarms(scope: Construct, props: ScheduleAlarmsProps): AlarmBase[] {
  const { fleetName } = props;
  const { starter, watchdog, deadLetters } = props.scheduling;
  return [
    alarmOnAny(
      scope,
      'ScheduledRunsMissed',
      'Schedules whose last due run was not started; inbound-check schedule list names them.',
      watched(fleetName, 'ScheduledRunsMissed'),
    ),
    alarmOnAny(
      scope,
      'ScheduledRunsFailed',
      'Schedules whose last run failed, or left out what nobody has proven; inbound-check schedule list names them.',
      watched(fleetName, 'ScheduledRunsFailed'),
    ),
    alarmOnAny(
      scope,
      'ScheduleDeadLetters',
      'Due runs could not be handed to the starter, or it failed three times.',
      deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    ),
    alarmOnAny(
      scope,
      'StarterErrors',
      'The starter failed, perhaps before a retry that worked; see its log.',
      starter.lambda.metricErrors({ period: FIVE_MINUTES }),
    ),
    alarmOnAny(
      scope,
      'WatchdogErrors',
      'The watchdog failed, so nobody looks whether scheduled runs come; see its log.',
      watchdog.lambda.metricErrors({ period: FIVE_MINUTES }),
    ),
    ...heartbeat(scope, props),
  ];
}

/** As lib/service/schedule/watchdog.ts counts it. */
const watched = (fleetName: string, metricName: string): Metric =>
  ownMetric(fleetName, 'watchdog', metricName, 'Maximum');

/**
 * The only alarm for missing data: whatever breaks between the schedule and the last write, the watchdog included,
 * no run finishes. It asks for a run only when one was due: a fleet without schedules has no such data.
 */
function heartbeat(
  scope: Construct,
  { fleetName, scheduledRunsFinished, heartbeatMinutes }: ScheduleAlarmsProps,
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
  const heartbeat = new Alarm(scope, 'Beating', {
    alarmDescription: `Part of NoScheduledRunFinished: a run was due within ${heartbeatMinutes} minutes, by what the watchdog said last.`,
    metric: watched(fleetName, 'SchedulesBeating'),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    // A watchdog without data leaves the alarm unchanged. Missing data as an alarm would trigger it in the first minutes of a
    // fleet, before its first look.
    treatMissingData: TreatMissingData.IGNORE,
  });
  return [
    new CompositeAlarm(scope, 'NoScheduledRunFinished', {
      alarmDescription: `Runs were due, and none finished within ${heartbeatMinutes} minutes.`,
      alarmRule: AlarmRule.allOf(
        AlarmRule.fromAlarm(silence, AlarmState.ALARM),
        AlarmRule.fromAlarm(heartbeat, AlarmState.ALARM),
      ),
    }),
  ];
}
