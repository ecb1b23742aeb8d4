import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** An alarm on a count that should be 0; without data nothing happened, so nothing is wrong. */
export const alarmOnAny = (
  scope: Construct,
  id: string,
  description: string,
  metric: IMetric,
  atLeast = 1,
): Alarm =>
  new Alarm(scope, id, {
    alarmDescription: description,
    metric,
    threshold: atLeast,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
