import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, statementsByRole } from './statements.ts';
import { fullFleet, synthesize } from './synthesized.ts';

const { controlTemplate: template } = fullFleet();
const json = template.toJSON();
const logicalId = (type: string, id: RegExp): string => {
  const found = resourcesOf(json, type).find(([each]) => id.test(each))?.[0];
  if (found === undefined) throw new Error(`no ${type} ${id}`);
  return found;
};
const runBucket = logicalId('AWS::S3::Bucket', /Runs/);
const table = logicalId('AWS::DynamoDB::GlobalTable', /Table/);

describe('the store', () => {
  it('keeps both buckets encrypted, private, owned by the account, and TLS only', () => {
    const buckets = resourcesOf(json, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const [id, properties] of buckets) {
      expect(properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Deny',
              Action: 's3:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ]),
        },
      });
    }
  });

  it('deletes runs after the days of the configuration, and is itself kept when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', {
      // But for the deployment that made it.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        LifecycleConfiguration: {
          Rules: [
            { Id: 'expire', Status: 'Enabled', Prefix: 'runs/', ExpirationInDays: 400 },
            { Id: 'expire-sweeps', Status: 'Enabled', Prefix: 'sweeps/', ExpirationInDays: 400 },
            {
              Id: 'expire-listener-secrets',
              Status: 'Enabled',
              Prefix: 'listener-secrets/',
              ExpirationInDays: 1,
            },
            { Id: 'abort-uploads', Status: 'Enabled' },
            { Id: 'expire-shares', Status: 'Enabled', Prefix: 'shares/', ExpirationInDays: 91 },
          ],
        },
        LoggingConfiguration: { LogFilePrefix: 'runs/' },
      },
    });
    const shorter = synthesize({ retentionDays: 30 }).controlTemplate;
    shorter.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: ['runs/', 'sweeps/', undefined, undefined, 'shares/'].map((prefix) =>
          prefix === undefined
            ? Match.anyValue()
            : Match.objectLike({ Prefix: prefix, ExpirationInDays: 30 }),
        ),
      },
      LoggingConfiguration: Match.anyValue(),
    });
    for (const name of ['plan', 'publish'])
      shorter.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `inbound-check-${name}`,
        Environment: { Variables: Match.objectLike({ RETENTION_DAYS: '30' }) },
      });
  });

  it('has a table that can be restored to any second, and that no slip deletes', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });
});

describe('the functions of the home region', () => {
  const names = ['plan', 'dispatcher', 'judge', 'report', 'publish'];

  it.each(names)('%s runs on arm64, traced, with its bucket and a log that ends', (name) => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `inbound-check-${name}`,
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: Match.objectLike({ RUN_BUCKET: { Ref: runBucket } }) },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/lambda/inbound-check-${name}`,
      RetentionInDays: 30,
    });
  });

  /** Rights on the bucket and the table, in short. */
  const rights = (name: string): string[] => {
    const bucketArn = `{"Fn::GetAtt":["${runBucket}","Arn"]}`;
    const tableArn = `{"Fn::GetAtt":["${table}","Arn"]}`;
    return [...statementsByRole(json).entries()]
      .filter(([role]) => role.startsWith(name))
      .flatMap(([, statements]) => statements)
      .filter(({ Action }) => Action.some((action) => /^(s3|dynamodb):/.test(action)))
      .flatMap(({ Action, Resource, Condition }) =>
        Resource.map((arn) => {
          const text = JSON.stringify(arn);
          const key = /\/((?:runs|control|listener-secrets)\/[^"]*)"/.exec(text)?.[1];
          const bucket = key === undefined ? 'bucket' : `bucket ${key}`;
          const where = text.includes(bucketArn) ? bucket : text.includes(tableArn) ? 'table' : text;
          const only = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
          return `${Action.map((action) => action.split(':')[1]).join('+')} ${where}${only}`;
        }),
      )
      .sort();
  };

  const SEES_STOP = 'ListBucket bucket if {"StringEquals":{"s3:prefix":"control/stop.json"}}';
  it.each([
    [
      'Plan',
      [
        'BatchGetItem+GetItem table',
        'GetObject bucket control/stop.json',
        'GetObject bucket runs/*/plan.json',
        SEES_STOP,
        'PutItem+UpdateItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["RUN#*"]}}',
        'PutObject bucket runs/*/batches/*',
        'PutObject bucket runs/*/plan.json',
        'UpdateItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["RATE#*"]}}',
      ],
    ],
    [
      'Dispatcher',
      [
        'GetObject bucket control/stop.json',
        'GetObject bucket listener-secrets/*',
        'GetObject bucket runs/*/batches/*',
        SEES_STOP,
        'PutObject bucket runs/*/early/*',
        'PutObject bucket runs/*/raw/*',
      ],
    ],
    [
      'Judge',
      [
        'GetObject bucket runs/*/early/*',
        'GetObject bucket runs/*/judged/*',
        'GetObject bucket runs/*/plan.json',
        'GetObject bucket runs/*/raw/*',
        'PutObject bucket runs/*/batches/*',
        'PutObject bucket runs/*/judged/*',
      ],
    ],
    [
      'Report',
      [
        'GetItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["STATE#*","ACK#*"]}}',
        'GetObject bucket runs/*/judged/*',
        'GetObject bucket runs/*/plan.json',
        'PutObject bucket runs/*/report.*',
      ],
    ],
    [
      'Publish',
      [
        'GetItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TARGET#*","SCHEDULE#*"]}}',
        'GetItem+PutItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["STATE#*","SOURCE#*"]}}',
        'GetObject bucket runs/*/report.*',
        'UpdateItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["RUN#*"]}}',
      ],
    ],
    [
      'Queue',
      [
        'GetItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["SITES#*","SITE#*"]}}',
        'GetObject bucket control/stop.json',
        SEES_STOP,
        'PutItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["SITEWORK#*"]}}',
      ],
    ],
    [
      'Site',
      [
        'DeleteItem+Query table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["SITEWORK#*"]}}',
        'GetItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["SITES#*","SITE#*","SITEWORK#*"]}}',
        'GetObject bucket control/stop.json',
        'GetObject bucket runs/*/batches/*',
        SEES_STOP,
        'PutItem table if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["SITE#*","SITENONCE#*"]}}',
        'PutObject bucket runs/*/early/*',
        'PutObject bucket runs/*/raw/*',
      ],
    ],
  ])('%s may touch of the store what its step needs', (name, expected) => {
    expect(rights(name)).toEqual(expected);
  });

  it('lets the API write the keys of listeners, the dispatcher read them, and nobody else either', () => {
    const touching = [...statementsByRole(json).entries()].flatMap(([role, statements]) =>
      statements
        .filter(({ Resource }) => JSON.stringify(Resource).includes('/listener-secrets/'))
        .flatMap(({ Action }) => Action.map((action) => `${role.replace(/Role.*$/, '')} ${action}`)),
    );
    expect(touching.sort()).toEqual(['Api s3:PutObject', 'Dispatcher s3:GetObject']);
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          {
            Id: 'expire-listener-secrets',
            Prefix: 'listener-secrets/',
            ExpirationInDays: 1,
            Status: 'Enabled',
          },
        ]),
      },
    });
  });

  it('lets what answers site vantages end states of the two machines, start nothing and invoke nothing', () => {
    const machines = Object.keys(template.findResources('AWS::StepFunctions::StateMachine')).map((Ref) => ({
      Ref,
    }));
    const [, statements = []] =
      [...statementsByRole(json)].find(([role]) => role.startsWith('SiteRole')) ?? [];
    const others = statements.filter(
      ({ Action }) => !Action.every((one) => /^(s3|dynamodb|logs):/.test(one)),
    );
    expect(others).toEqual([
      {
        Effect: 'Allow',
        Action: ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess'],
        Resource: [{ 'Fn::Join': ['', [machines[1], '/Targets']] }, ...machines],
      },
    ]);
    const tellers = [...statementsByRole(json)]
      .filter(([, all]) => all.some(({ Action }) => Action.some((one) => one.startsWith('states:SendTask'))))
      .map(([role]) => role.replace(/Role.*$/, ''));
    expect(tellers).toEqual(['Site']);
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'inbound-check-site',
      ReservedConcurrentExecutions: 10,
    });
  });

  it('lets Publish notify the bus of the fleet, and no other step', () => {
    const [bus = ''] = Object.keys(template.findResources('AWS::Events::EventBus'));
    const tellers = [...statementsByRole(json).entries()].flatMap(([role, statements]) =>
      statements
        .filter(({ Action }) => Action.some((action) => action.startsWith('events:')))
        .filter(() => /^(Plan|Dispatcher|Judge|Report|Publish)/.test(role))
        .map(({ Action, Resource }) => ({ role: role.slice(0, 7), Action, Resource })),
    );
    expect(tellers).toEqual([
      { role: 'Publish', Action: ['events:PutEvents'], Resource: [{ 'Fn::GetAtt': [bus, 'Arn'] }] },
    ]);
  });
});

describe('the state machines', () => {
  it.each(['check', 'sweep'])('%s is Standard, traced, and logged without the data of customers', (name) => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: `inbound-check-${name}`,
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/vendedlogs/states/inbound-check-${name}`,
      RetentionInDays: 30,
    });
  });

  it('let a sweep reach its own prefix of the bucket and no report', () => {
    const objects = [...statementsByRole(json).entries()]
      .filter(([role]) => role.startsWith('Sweep'))
      .flatMap(([, statements]) => statements)
      .filter(({ Action }) => Action.some((action) => action.startsWith('s3:')))
      .flatMap(({ Resource }) => Resource.map((arn) => JSON.stringify(arn)));
    expect(objects).toHaveLength(2);
    for (const arn of objects) expect(arn).toMatch(/\/sweeps\/(lists|results)\/\*"/);
  });
});

describe('what watches', () => {
  /** Heard by a composite alarm alone. */
  const isPart = (id: string): boolean => /^Observability(Silence|Beating)/.test(id);
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
    .flatMap((type) => resourcesOf(json, type))
    .filter(([id]) => !isPart(id));
  const alarm = (name: string): Readonly<Record<string, unknown>> =>
    resourcesOf(json, 'AWS::CloudWatch::Alarm').find(([id]) => id.includes(name))?.[1] ?? {};

  it('rings at one topic, that CloudWatch alone may write to, encrypted and TLS only', () => {
    const topic = logicalId('AWS::SNS::Topic', /Alerts/);
    for (const [id, { AlarmActions, OKActions }] of alarms) {
      expect(AlarmActions, id).toEqual([{ Ref: topic }]);
      expect(OKActions, id).toEqual([{ Ref: topic }]);
    }
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ],
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operations@example.com',
    });
  });

  it('rings for failed executions, throttles, errors, dead letters and silence', () => {
    const ids = alarms.map(([id]) => id.replace(/^Observability|[0-9A-F]{8}$/g, '')).sort();
    expect(ids).toEqual([
      'AlertsRefused',
      'AlertsUndelivered',
      'ApiErrors',
      'ChecksFailed',
      'DispatcherErrors',
      'ExecutionsThrottled',
      'FunctionsThrottled',
      'JournalDeadLetters',
      'NoScheduledRunFinished',
      'NotifierThrottled',
      'ProbersThrottled',
      'RunsNotSigned',
      'ScheduleDeadLetters',
      'ScheduledRunsFailed',
      'ScheduledRunsMissed',
      'ShareErrors',
      'SiteErrors',
      'StarterErrors',
      'StepErrors',
      'SweepsFailed',
      'WatchdogErrors',
    ]);
  });

  it('rings for nothing that somebody stopped, or that was refused', () => {
    for (const name of ['ChecksFailed', 'SweepsFailed']) {
      const metrics = JSON.stringify(alarm(name).Metrics);
      expect(metrics).toContain('ExecutionsFailed');
      expect(metrics).toContain('ExecutionsTimedOut');
      expect(metrics).not.toContain('ExecutionsAborted');
    }
    const [steps, dispatcher] = ['StepErrors', 'DispatcherErrors'].map((name) => JSON.stringify(alarm(name)));
    // Lambda counts a refusal as an error of the plan, and a stopped fleet as one of the dispatcher.
    expect(steps).toContain('"MetricName":"PlanFaults"');
    expect(steps).not.toMatch(/"Ref":"Plan/);
    expect(dispatcher).toContain('"MetricName":"DispatchesFailed"');
  });

  it('rings for throttles of every function that can be throttled first', () => {
    const throttled = JSON.stringify(alarm('FunctionsThrottled'));
    for (const name of [
      'Plan',
      'Dispatcher',
      'Judge',
      'Report',
      'Publish',
      'Api',
      'Starter',
      'Watchdog',
      'Share',
    ])
      expect(throttled).toMatch(new RegExp(`"Ref":"\\w*${name}Function`));
  });

  it('counts the fleet’s own metrics apart from those of another fleet in the account', () => {
    interface Stat {
      readonly Namespace?: string;
      readonly MetricName?: string;
      readonly Dimensions?: readonly object[];
    }
    const own = resourcesOf(json, 'AWS::CloudWatch::Alarm').flatMap(([id, alarm]) => {
      const { Metrics = [], ...single } = alarm as Stat & {
        Metrics?: readonly { readonly MetricStat?: { readonly Metric: Stat } }[];
      };
      return [single, ...Metrics.map(({ MetricStat }) => MetricStat?.Metric ?? {})]
        .filter(({ Namespace }) => Namespace === 'InboundCheck')
        .map(({ Dimensions }) => [id, JSON.stringify(Dimensions)] as const);
    });
    expect(own.length).toBeGreaterThan(6);
    for (const [id, dimensions] of own)
      expect(dimensions, id).toContain('{"Name":"fleet","Value":"inbound-check"}');
  });

  it('takes a day without a finished scheduled run for a failure, data or none', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ScheduledRunsFinished',
      Namespace: 'InboundCheck',
      Dimensions: [{ Name: 'fleet', Value: 'inbound-check' }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3_600,
      EvaluationPeriods: 24,
      DatapointsToAlarm: 24,
      TreatMissingData: 'breaching',
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ ($.detail.requestedBy = "schedule:*") && ($.detail.published IS TRUE) }',
      MetricTransformations: [
        Match.objectLike({
          MetricName: 'ScheduledRunsFinished',
          Dimensions: [{ Key: 'fleet', Value: '$.detail.fleet' }],
        }),
      ],
    });
  });

  it('asks for a run only where one was due, and not before the watchdog has looked', () => {
    const [silence, beating] = [/Silence/, /Beating/].map((id) => logicalId('AWS::CloudWatch::Alarm', id));
    const [[, composite] = []] = resourcesOf(json, 'AWS::CloudWatch::CompositeAlarm');
    const rule = JSON.stringify(composite?.AlarmRule);
    for (const part of [silence, beating]) expect(rule).toContain(`"${part}","Arn"`);
    expect(rule).toContain(' AND ');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'SchedulesBeating',
      Dimensions: [
        { Name: 'fleet', Value: 'inbound-check' },
        { Name: 'service', Value: 'watchdog' },
      ],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      // What the watchdog said last: in the first minutes of a fleet it has said nothing.
      TreatMissingData: 'ignore',
    });
    for (const [id, { AlarmActions }] of resourcesOf(json, 'AWS::CloudWatch::Alarm'))
      if (isPart(id)) expect(AlarmActions, id).toBeUndefined();
  });

  it.each([
    [45, 300, 9],
    [120, 3_600, 2],
  ])('looks back %d minutes in periods of %d s', (heartbeatMinutes, Period, EvaluationPeriods) => {
    synthesize({ heartbeatMinutes }).controlTemplate.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ScheduledRunsFinished',
      Period,
      EvaluationPeriods,
    });
  });

  it('hears no heartbeat where nothing is scheduled', () => {
    const quiet = synthesize({ heartbeatMinutes: 0 }).controlTemplate;
    expect(
      quiet.findResources('AWS::CloudWatch::Alarm', { Properties: { TreatMissingData: 'breaching' } }),
    ).toEqual({});
    quiet.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });

  it('keeps events that the journal could not take in a dead-letter queue', () => {
    const queue = logicalId('AWS::SQS::Queue', /DeadLetters/);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['inbound-check'] },
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } } })],
    });
    template.hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  });

  it('shows every vantage on the dashboard, each in its own region', () => {
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    const [dashboard] = resourcesOf(json, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.[1].DashboardBody).replaceAll('\\', '');
    for (const region of fullFleet().configuration.vantageRegions)
      expect(body).toMatch(new RegExp(`"inbound-check-prober-${region}",\\{[^}]*"region":"${region}"`));
  });

  it('lets every log end', () => {
    for (const [name, each] of fullFleet().templates)
      for (const [id, { RetentionInDays }] of resourcesOf(each, 'AWS::Logs::LogGroup'))
        expect(RetentionInDays, `${name} ${id}`).toBe(30);
  });
});
