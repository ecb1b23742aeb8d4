import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** As in lib/aws/telemetry.ts. */
export const METRICS_NAMESPACE = 'InboundCheck';
export const FIVE_MINUTES = Duration.minutes(5);

/** A metric that a function writes of itself: of this fleet alone, since an account may have two. */
export const ownMetric = (fleet: string, service: string, metricName: string, statistic = 'Sum'): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service, fleet },
    statistic,
    period: FIVE_MINUTES,
  });
