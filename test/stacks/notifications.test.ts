import { describe, expect, it } from 'vitest';
import { resourcesOf, statementsByRole } from './statements.ts';
import { fullFleet } from './synthesized.ts';

const template: unknown = fullFleet().controlTemplate.toJSON();
const only = (type: string, belongs: (id: string) => boolean): Record<string, unknown> => {
  const found = resourcesOf(template, type).filter(([id]) => belongs(id));
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? {};
};
const ofNotifications = (id: string): boolean => id.startsWith('Notifications');
const idOf = (type: string): string => {
  const [id = ''] = resourcesOf(template, type).find(([one]) => ofNotifications(one)) ?? [];
  return id;
};

describe('the way from the bus to the receivers', () => {
  it('begins with changes alone, kept for hours until Lambda takes them', () => {
    expect(only('AWS::Events::Rule', ofNotifications)).toMatchObject({
      EventPattern: { source: ['inbound-check'], 'detail-type': ['Inbound Check Change'] },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [idOf('AWS::Lambda::Function'), 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [idOf('AWS::SQS::Queue'), 'Arn'] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 60 },
        },
      ],
    });
  });

  it('goes on with two more invocations, and ends in the queue', () => {
    expect(only('AWS::Lambda::EventInvokeConfig', ofNotifications)).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [idOf('AWS::SQS::Queue'), 'Arn'] } },
      },
    });
    expect(only('AWS::SQS::Queue', ofNotifications)).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
  });

  it('lets that rule and the API invoke the notifier, and nobody else', () => {
    const functionId = idOf('AWS::Lambda::Function');
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').filter(([, { FunctionName }]) =>
      JSON.stringify(FunctionName).includes(functionId),
    );
    expect(permissions.map(([, permission]) => permission)).toMatchObject([
      {
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [idOf('AWS::Events::Rule'), 'Arn'] },
      },
    ]);
    const invokers = [...statementsByRole(template)].filter(([, statements]) =>
      statements.some(
        ({ Action, Resource }) =>
          Action.includes('lambda:InvokeFunction') && JSON.stringify(Resource).includes(functionId),
      ),
    );
    expect(invokers.map(([role]) => role)).toEqual([expect.stringMatching(/^ApiRole/)]);
  });

  it('rings when an alert is never delivered, and when it is refused', () => {
    const alarm = (name: string) =>
      only('AWS::CloudWatch::Alarm', (id) => id.startsWith(`Observability${name}`));
    expect(alarm('AlertsUndelivered')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Value: { 'Fn::GetAtt': [idOf('AWS::SQS::Queue'), 'QueueName'] } }],
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(alarm('AlertsRefused')).toMatchObject({
      Namespace: 'InboundCheck',
      MetricName: 'DeliveriesRefused',
      Dimensions: [
        { Name: 'fleet', Value: 'inbound-check' },
        { Name: 'service', Value: 'notifier' },
      ],
      Threshold: 1,
    });
  });
});

describe('the notifier', () => {
  const [, statements = []] =
    [...statementsByRole(template)].find(([role]) => ofNotifications(role) && role.includes('Notifier')) ??
    [];

  it('reads webhooks, writes down what was sent, and can change neither a webhook nor a target', () => {
    const writes = statements.filter(({ Action }) =>
      Action.some((action) => /^dynamodb:(Put|Update|Delete|BatchWrite)/.test(action)),
    );
    expect(writes).toMatchObject([
      { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SENT#*'] } } },
    ]);
  });

  it('lists webhooks and nothing else of what is registered', () => {
    const lists = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('/index/listed'));
    expect(lists).toMatchObject([
      {
        Action: ['dynamodb:Query'],
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['webhook'] } },
      },
    ]);
  });

  it('may publish to the topic of alerts and use its key, and no other', () => {
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic').map(([id]) => id);
    const resourceOf = (action: string) =>
      statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    expect(resourceOf('sns:Publish')).toEqual([{ Ref: topic }]);
    expect(resourceOf('kms:GenerateDataKey')).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^AlertsKey/), 'Arn'] },
    ]);
  });
});
