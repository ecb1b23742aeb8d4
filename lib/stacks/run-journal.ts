/**
 * The event bus on which runs tell how they ended and what changed, and a journal of those events in CloudWatch Logs. The journal also
 * feeds the heartbeat: a metric filter counts the scheduled runs that finished, so no code has to.
 */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup, FilterPattern, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE, SCHEDULED_BY } from '../service/runs/run-events.ts';
import { addDeadLetters } from './dead-letters.ts';

export interface RunJournalProps {
  readonly fleetName: string;
  readonly logRetentionDays: number;
}

export class RunJournal extends Construct {
  readonly bus: EventBus;
  /** Events that could not be written to the journal. */
  readonly deadLetters: Queue;
  /** Scheduled runs that finished and were published. */
  readonly scheduledRunsFinished: Metric;

  constructor(scope: Construct, id: string, props: RunJournalProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: props.fleetName,
      description: 'How runs of Inbound Check ended, and what they changed',
    });
    const logGroupName = `/aws/events/${props.fleetName}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = addDeadLetters(this, 'the rule below');
    const ruleName = `${props.fleetName}-journal`;
    const ruleArn = stack.formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${props.fleetName}/${ruleName}`,
    });
    const events = new ServicePrincipal('events.amazonaws.com');
    letIn(logGroup, logGroupName, ruleArn);
    this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [events],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      }),
    );
    const rule = new Rule(this, 'Rule', {
      ruleName,
      description: 'Every ended run and every change goes to the journal',
      eventBus: this.bus,
      eventPattern: { source: [EVENT_SOURCE] },
    });
    rule.addTarget({
      bind: () => ({
        arn: stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 20 },
      }),
    });
    rule.node.addDependency(logGroup);
    this.scheduledRunsFinished = logGroup
      .addMetricFilter('ScheduledRunsFinished', {
        filterPattern: FilterPattern.all(
          FilterPattern.stringValue('$.detail.requestedBy', '=', `${SCHEDULED_BY}*`),
          FilterPattern.booleanValue('$.detail.published', true),
        ),
        metricNamespace: 'InboundCheck',
        metricName: 'ScheduledRunsFinished',
        metricValue: '1',
        dimensions: { fleet: '$.detail.fleet' },
      })
      .metric({ statistic: 'Sum', dimensionsMap: { fleet: props.fleetName } });
  }
}

/**
 * On the log group itself: an account has ten separate log resource policies in a region, and other stacks want some.
 * Our own code, since CDK's own target adds a function that manages one of those ten. EventBridge names the rule when
 * it writes events and, as users report, not when it makes the stream for them: with the condition on both nothing would
 * ever arrive. Built from the group's name, because a group can't refer to itself.
 */
function letIn(logGroup: LogGroup, logGroupName: string, ruleArn: string): void {
  const group = logGroup.node.defaultChild;
  if (!(group instanceof CfnLogGroup)) throw new Error('the log group is no CfnLogGroup');
  const principals = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].map(
    (service) => new ServicePrincipal(service),
  );
  const resources = [
    Stack.of(logGroup).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logGroupName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  ];
  group.resourcePolicyDocument = new PolicyDocument({
    statements: [
      new PolicyStatement({ sid: 'MakeStreams', principals, resources, actions: ['logs:CreateLogStream'] }),
      new PolicyStatement({
        sid: 'WriteEvents',
        principals,
        resources,
        actions: ['logs:PutLogEvents'],
        conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      }),
    ],
  });
}
