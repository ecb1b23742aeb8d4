/** What would fail, or do harm, in an account, and can be seen in the templates before. */
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../lib/aws/environment.ts';
import { parseConfiguration } from '../../lib/stacks/configuration.ts';
import { resourcesOf, resourceTypes } from './statements.ts';
import {
  FULL_CONTEXT,
  fullFleet,
  ownContext,
  plainFleet,
  type Synthesized,
  synthesize,
} from './synthesized.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
const all = (template: unknown): [id: string, resource: Resource][] =>
  Object.entries((template as { Resources: Record<string, Resource> }).Resources);
const ofType = (template: unknown, type: string): Resource[] =>
  all(template).flatMap(([, resource]) => (resource.Type === type ? [resource] : []));
const control = ({ controlTemplate }: Synthesized): unknown => controlTemplate.toJSON();

describe('what is destroyed, kept and rolled back', () => {
  it('protects the control stack from a deletion', () => {
    expect(fullFleet().control.terminationProtection).toBe(true);
  });

  it('deletes with the first deployment what that one made, and keeps it ever after', () => {
    const kept = [
      ...ofType(control(fullFleet()), 'AWS::S3::Bucket'),
      ...ofType(control(fullFleet()), 'AWS::KMS::Key').filter(
        ({ Properties }) => Properties?.KeyUsage === 'SIGN_VERIFY',
      ),
    ];
    expect(kept).toHaveLength(3);
    for (const { DeletionPolicy, UpdateReplacePolicy } of kept)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  it('lets no rollback try to delete what is protected from deletion', () => {
    const tables = ofType(control(fullFleet()), 'AWS::DynamoDB::GlobalTable');
    expect(tables).toHaveLength(1);
    for (const [name, template] of fullFleet().templates)
      for (const [id, { Properties, DeletionPolicy }] of all(template))
        if (JSON.stringify(Properties ?? {}).includes('"DeletionProtectionEnabled":true'))
          expect(DeletionPolicy, `${name} ${id}`).toBe('Retain');
  });
});

describe('the journal', () => {
  const [[, group] = []] = resourcesOf(control(fullFleet()), 'AWS::Logs::LogGroup').filter(
    ([, { LogGroupName }]) => LogGroupName === '/aws/events/inbound-check',
  );
  const { Statement } = (group?.ResourcePolicyDocument ?? { Statement: [] }) as {
    Statement: { Sid: string; Action: string; Condition?: unknown; Principal: unknown; Resource: unknown }[];
  };

  it('lets EventBridge make a stream without naming its rule, and write events in the name of the rule alone', () => {
    expect(Statement.map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['MakeStreams', 'logs:CreateLogStream'],
      ['WriteEvents', 'logs:PutLogEvents'],
    ]);
    expect(Statement[0]).not.toHaveProperty('Condition');
    expect(JSON.stringify(Statement[1]?.Condition)).toMatch(
      /^\{"ArnEquals":\{"aws:SourceArn":.*rule\/inbound-check\/inbound-check-journal"/,
    );
    for (const { Principal, Resource } of Statement) {
      expect(Principal).toEqual({ Service: ['delivery.logs.amazonaws.com', 'events.amazonaws.com'] });
      // The group can't refer to itself.
      expect(JSON.stringify(Resource)).toContain(':log-group:/aws/events/inbound-check:*');
      expect(JSON.stringify(Resource)).not.toContain('Fn::GetAtt');
    }
  });

  it('uses none of the ten log policies that an account has in a region', () => {
    for (const [name, template] of fullFleet().templates)
      expect([...resourceTypes(template)], name).not.toContain('AWS::Logs::ResourcePolicy');
  });
});

describe('a fleet without sharing', () => {
  const without = synthesize({ ...FULL_CONTEXT, sharing: 'false' });

  it('has nothing of CloudFront, which an account that is not verified can’t have', () => {
    const types = [...resourceTypes(control(without))];
    expect(types.filter((type) => type.startsWith('AWS::CloudFront::'))).toEqual([]);
    expect(JSON.stringify(control(without))).not.toMatch(/SHARE_URL|inbound-check-share|ShareUrl/);
    expect([...resourceTypes(control(fullFleet()))]).toContain('AWS::CloudFront::Distribution');
  });

  it('takes no domain for links', () => {
    const context: Record<string, unknown> = {
      sharing: false,
      shareDomain: 'share.example.com',
      shareCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
    };
    expect(parseConfiguration((key) => context[key])).toEqual({
      ok: false,
      message: 'context shareDomain: goes with sharing alone',
    });
  });
});

describe('the address of an SMTP vantage', () => {
  const template = (more: object): unknown =>
    synthesize({ smtpVantages: [{ region: 'eu-west-1', ...more }] })
      .probeTemplate('eu-west-1')
      .toJSON();
  const [first, named, given] = [
    template({}),
    template({ ehloName: 'probe.example.com' }),
    template({
      ehloName: 'probe.example.com',
      allocationId: 'eipalloc-0123456789abcdef0',
      address: '198.51.100.7',
    }),
  ];
  const addresses = (of: unknown) => all(of).filter(([, { Type }]) => Type === 'AWS::EC2::EIP');

  it('is the stack’s, and the very same once the vantage has its name', () => {
    expect(addresses(first)).toHaveLength(1);
    expect(addresses(named)).toEqual(addresses(first));
    expect(ofType(named, 'AWS::EC2::NatGateway')).toEqual(ofType(first, 'AWS::EC2::NatGateway'));
  });

  it('is kept when a later template has it from outside: CloudFormation goes by the one that is deployed', () => {
    expect(addresses(given)).toEqual([]);
    for (const before of [first, named])
      expect(addresses(before)[0]?.[1]).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });
});

describe('the network of an SMTP vantage', () => {
  const zoned = synthesize({ smtpVantages: [{ region: 'eu-west-1', availabilityZone: 'eu-west-1c' }] });

  it('is in the zone that is asked for, else in the first', () => {
    for (const { Properties } of ofType(zoned.probeTemplate('eu-west-1').toJSON(), 'AWS::EC2::Subnet'))
      expect(Properties?.AvailabilityZone).toBe('eu-west-1c');
    const elsewhere = { smtpVantages: [{ region: 'eu-west-1', availabilityZone: 'eu-west-2a' }] };
    expect(parseConfiguration((key) => (elsewhere as Record<string, unknown>)[key])).toEqual({
      ok: false,
      message: 'context smtpVantages[0].availabilityZone: is not in eu-west-1',
    });
  });

  it('reads the stop switch and writes what was seen so far, and reaches nothing else of S3, without the NAT gateway', () => {
    zoned.probeTemplate('eu-west-1').hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      RouteTableIds: Match.anyValue(),
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 's3:GetObject',
            Principal: { AWS: '*' },
            Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*/control/stop.json']] },
          },
          {
            Effect: 'Allow',
            Action: 's3:PutObject',
            Principal: { AWS: '*' },
            Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::*/runs/*/early/*']] },
          },
        ],
      },
    });
  });

  it('judges IPv4 alone, unless IPv6 is asked for', () => {
    const familiesOf = (vantage: object) => {
      const { controlTemplate } = synthesize({ smtpVantages: [{ region: 'eu-west-1', ...vantage }] });
      const [, plan] =
        resourcesOf(controlTemplate.toJSON(), 'AWS::Lambda::Function').find(
          ([, { FunctionName }]) => FunctionName === 'inbound-check-plan',
        ) ?? [];
      const environment = (plan?.Environment ?? {}) as { Variables?: { FLEET?: string } };
      const FLEET = environment.Variables?.FLEET;
      return fleetOf({ FLEET }).find(({ smtp }) => smtp)?.families;
    };
    expect(familiesOf({})).toEqual([4]);
    expect(familiesOf({ ipv6: true })).toEqual([4, 6]);
  });
});

describe('probers in a VPC', () => {
  const wakes = (fleet: Synthesized) =>
    resourcesOf(control(fleet), 'AWS::Events::Rule').filter(([, { Name }]) => Name === 'inbound-check-wake');

  it('are called once a week, since Lambda lets them fall asleep after two', () => {
    const [[, rule] = []] = wakes(fullFleet());
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(7 days)', Targets: [{ Input: '{"wake":true}' }] });
    expect(wakes(plainFleet())).toEqual([]);
  });

  it('are waited for, some minutes, when they are asleep all the same', () => {
    const definitions = JSON.stringify(
      resourcesOf(control(fullFleet()), 'AWS::StepFunctions::StateMachine'),
    ).replaceAll('\\', '');
    const [, seconds = '0', attempts = '0', rate = '1', most = '0'] =
      /"ProberStarting"\],"IntervalSeconds":(\d+),"MaxAttempts":(\d+),"BackoffRate":([\d.]+),"MaxDelaySeconds":(\d+)/.exec(
        definitions,
      ) ?? [];
    let [pause, all] = [Number(seconds), 0];
    for (let n = 0; n < Number(attempts); n += 1) {
      all += Math.min(pause, Number(most));
      pause *= Number(rate);
    }
    expect(all).toBeGreaterThanOrEqual(120);
    expect(all).toBeLessThanOrEqual(240);
  });
});

describe('two fleets, and one that moves', () => {
  const [here, there] = [plainFleet(), synthesize({ homeRegion: 'eu-west-1' })];
  /** Of what an account has once, and not each region. */
  const globalNames = (fleet: Synthesized): string[] =>
    [...fleet.templates.values()].flatMap((template) =>
      all(template).flatMap(([, { Type, Properties = {} }]) => {
        const { ManagedPolicyName, RoleName, DashboardName, OriginAccessControlConfig } = Properties;
        const control = (OriginAccessControlConfig as { Name?: unknown } | undefined)?.Name;
        return [ManagedPolicyName, RoleName, DashboardName, control].flatMap((name) =>
          name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`],
        );
      }),
    );

  it('have no name in common that is the account’s and not a region’s', () => {
    expect(globalNames(here)).toHaveLength(5);
    for (const name of globalNames(here)) expect(name).toContain('eu-central-1');
    expect(globalNames(there).filter((name) => globalNames(here).includes(name))).toEqual([]);
  });
});

describe('alarms', () => {
  it('that nobody is notified of are a warning of the synthesis', () => {
    expect(ownContext.alertEmail).toBe('');
    Annotations.fromStack(plainFleet().control).hasWarning(
      '*',
      Match.stringLikeRegexp('alertEmail is empty'),
    );
    Annotations.fromStack(fullFleet().control).hasNoWarning('*', Match.stringLikeRegexp('alertEmail'));
  });
});

describe('the functions', () => {
  it('carry no source map that nobody reads', () => {
    for (const [name, template] of fullFleet().templates)
      expect(JSON.stringify(template), name).not.toContain('enable-source-maps');
  });
});
