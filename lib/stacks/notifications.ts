/** Changes go from the bus to the notifier, and from there to webhooks and the mail topic. */

import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LISTED_INDEX } from '../aws/table-layout.ts';
import { CHANGE, EVENT_SOURCE } from '../service/runs/run-events.ts';
import { LISTED, PARTITION } from '../service/state/keys.ts';
import { addDeadLetters } from './dead-letters.ts';
import { NodeFunction } from './node-function.ts';

export interface NotificationsProps {
  readonly fleetName: string;
  readonly logRetentionDays: number;
  readonly table: TableV2;
  readonly bus: EventBus;
  readonly topic: Topic;
  /** Encrypts the topic. */
  readonly topicKey: Key;
}

/** Four tries of ten seconds for all webhooks side by side, with pauses between them. */
const TIMEOUT_SECONDS = 60;
/** Lambda invokes again a minute and two minutes after a failure (AWS Lambda, asynchronous invocation, error handling). */
const RETRIES = 2;
/** After that an alert is too old; it is in the dead-letter queue. */
const MAX_AGE = Duration.hours(6);

export class Notifications extends Construct {
  readonly notifier: NodeFunction;
  /** Changes that a receiver did not get. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { fleetName, table, topic, topicKey } = props;
    this.deadLetters = addDeadLetters(this, 'the rule and of the function below');
    this.notifier = new NodeFunction(this, 'Notifier', {
      functionName: `${fleetName}-notifier`,
      source: 'notifier',
      description: 'Brings changes to webhooks and the mail topic',
      memory: 256,
      timeoutSeconds: TIMEOUT_SECONDS,
      logRetentionDays: props.logRetentionDays,
      environment: { FLEET_NAME: fleetName, TABLE_NAME: table.tableName, TOPIC_ARN: topic.topicArn },
    });
    const { lambda, role } = this.notifier;
    lambda.configureAsyncInvoke({
      retryAttempts: RETRIES,
      maxEventAge: MAX_AGE,
      onFailure: new SqsDestination(this.deadLetters),
    });
    allowReceivers(role, table);
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
    // SNS encrypts with the key in the name of the publisher (SNS, key management, publisher permissions).
    role.addToPolicy(
      new PolicyStatement({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [topicKey.keyArn] }),
    );
    this.addRule(props);
  }

  /** What the API needs to register webhooks, and to have one tried. */
  allowWebhooks({ role }: NodeFunction, table: TableV2): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${PARTITION.webhook}*`] } },
      }),
    );
    role.addToPolicy(listing(table));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.notifier.lambda.functionArn],
      }),
    );
  }

  private addRule({ fleetName, bus }: NotificationsProps): void {
    const { lambda } = this.notifier;
    const ruleName = `${fleetName}-changes`;
    const events = new ServicePrincipal('events.amazonaws.com');
    const conditions = {
      ArnEquals: {
        'aws:SourceArn': Stack.of(this).formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: `${fleetName}/${ruleName}`,
        }),
      },
    };
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [events],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions,
      }),
    );
    const rule = new Rule(this, 'Rule', {
      ruleName,
      description: 'Changes of targets go to the notifier',
      eventBus: bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [CHANGE] },
    });
    rule.addTarget({
      bind: () => ({
        arn: lambda.functionArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: MAX_AGE.toSeconds(), maximumRetryAttempts: 60 },
      }),
    });
    lambda.addPermission('Changes', { principal: events, sourceArn: rule.ruleArn });
  }
}

/** Reads webhooks and writes down what was sent; can change neither a webhook nor a target. */
function allowReceivers(role: NodeFunction['role'], table: TableV2): void {
  const leading = (...patterns: string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [table.tableArn],
      conditions: leading(`${PARTITION.webhook}*`),
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Query', 'dynamodb:PutItem'],
      resources: [table.tableArn],
      conditions: leading(`${PARTITION.sent}*`),
    }),
  );
  role.addToPolicy(listing(table));
}

const listing = (table: TableV2): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${table.tableArn}/index/${LISTED_INDEX}`],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [LISTED.webhook] } },
  });
