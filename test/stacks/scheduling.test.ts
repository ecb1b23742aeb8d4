import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, type Statement, statementsByRole } from './statements.ts';
import { fullFleet } from './synthesized.ts';

const { controlTemplate: template } = fullFleet();
const json = template.toJSON();
const idOf = (type: string, like: RegExp): string =>
  resourcesOf(json, type).find(([id]) => like.test(id))?.[0] ?? 'none';

const byRole = statementsByRole(json);
const policyOf = (role: RegExp): Statement[] => byRole.get(idOf('AWS::IAM::Role', role)) ?? [];
const actionsOf = (role: RegExp): string[] =>
  policyOf(role)
    .flatMap(({ Action }) => Action)
    .sort();

describe('schedules', () => {
  it('have a group that is the fleet’s alone', () => {
    template.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: 'inbound-check' });
  });

  it('may invoke the starter, say that it could not be reached, and nothing else', () => {
    const starter = idOf('AWS::Lambda::Function', /SchedulingStarterFunction/);
    const queue = idOf('AWS::SQS::Queue', /SchedulingDeadLetters/);
    expect(policyOf(/^SchedulingRole/)).toEqual([
      {
        Effect: 'Allow',
        Action: ['lambda:InvokeFunction'],
        Resource: [{ 'Fn::GetAtt': [starter, 'Arn'] }],
      },
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [{ 'Fn::GetAtt': [queue, 'Arn'] }] },
    ]);
  });

  it('lend their role to EventBridge Scheduler alone, for this group', () => {
    const group = idOf('AWS::Scheduler::ScheduleGroup', /./);
    const role = resourcesOf(json, 'AWS::IAM::Role').find(([id]) => id.startsWith('SchedulingRole'))?.[1];
    expect(role?.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceAccount': expect.anything(),
              'aws:SourceArn': { 'Fn::GetAtt': [group, 'Arn'] },
            },
          },
        },
      ],
    });
  });

  it('are made by the API: in this group, with this role, for EventBridge Scheduler', () => {
    const role = idOf('AWS::IAM::Role', /^SchedulingRole/);
    const statements = policyOf(/^ApiRole/);
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: [{ 'Fn::GetAtt': [role, 'Arn'] }],
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
    const scheduler = statements.filter(({ Action }) => Action.some((one) => one.startsWith('scheduler:')));
    expect(scheduler).toHaveLength(1);
    expect(JSON.stringify(scheduler[0]?.Resource)).toMatch(/:schedule\/inbound-check\/\*"/);
  });

  it('keep what could not be started, encrypted', () => {
    const queue = idOf('AWS::SQS::Queue', /SchedulingDeadLetters/);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 900,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    });
    template.hasResource('AWS::SQS::Queue', {
      Properties: Match.objectLike({ SqsManagedSseEnabled: true }),
    });
  });
});

describe('rights', () => {
  it('of the starter: one run of this state machine, and no probe', () => {
    expect(actionsOf(/^SchedulingStarterRole/)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
      'states:StartExecution',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('of the watchdog: it looks and reports, and starts nothing', () => {
    expect(actionsOf(/^SchedulingWatchdogRole/)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'events:PutEvents',
      // Those in a VPC, once a week.
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      'states:DescribeExecution',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });
});

it('the watchdog looks every five minutes', () => {
  const watchdog = idOf('AWS::Lambda::Function', /SchedulingWatchdogFunction/);
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [watchdog, 'Arn'] } })],
  });
});
