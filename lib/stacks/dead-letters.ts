/** A queue for what could not be delivered: encrypted, TLS only, kept for as long as SQS keeps anything. */
import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** @param of whose dead letters these are, for cdk-nag, which does not look at them */
export function addDeadLetters(scope: Construct, of: string): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(
    queue,
    'AwsSolutions-SQS3',
    `It is the dead-letter queue of ${of}, which cdk-nag does not look at`,
  );
  return queue;
}
