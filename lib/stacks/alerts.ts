/** Where alarms are sent: one topic, encrypted with a key that CloudWatch may use (it can't use AWS's own key for SNS). */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlertsProps {
  /** Empty: nobody is subscribed yet. */
  readonly email: string;
}

export class Alerts extends Construct {
  readonly topic: Topic;
  /** Encrypts what is published; every publisher must be allowed to use it. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { email }: AlertsProps) {
    super(scope, id);
    const alarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    this.key = new Key(this, 'Key', {
      description: 'Alerts of Inbound Check',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({ ...alarms, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Inbound Check alerts',
      masterKey: this.key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({ ...alarms, actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    if (email !== '') this.topic.addSubscription(new EmailSubscription(email));
  }
}
