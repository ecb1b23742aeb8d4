import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../lib/aws/environment.ts';
import { managedPolicies, resourcesOf, resourceTypes, statementsByRole } from './statements.ts';
import { fullFleet, plainFleet, synthesize } from './synthesized.ts';

const invoked = (template: unknown): string[] =>
  [...statementsByRole(template).entries()]
    .filter(([role]) => role.startsWith('Dispatcher'))
    .flatMap(([, statements]) => statements)
    .filter(({ Action }) => Action.includes('lambda:InvokeFunction'))
    .flatMap(({ Resource }) => Resource)
    .map((arn) => JSON.stringify(arn));

describe('the fleet', () => {
  it('is a control stack at home and a probe stack in each region with a vantage', () => {
    expect([...plainFleet().templates.keys()].sort()).toEqual([
      'inbound-check-control',
      'inbound-check-probe-ap-southeast-1',
      'inbound-check-probe-eu-central-1',
      'inbound-check-probe-eu-west-1',
      'inbound-check-probe-us-east-1',
      'inbound-check-probe-us-west-2',
    ]);
    expect(plainFleet().control.region).toBe('eu-central-1');
  });

  it('carries no value from stack to stack: no export, no import, no custom resource', () => {
    for (const [name, template] of fullFleet().templates) {
      const text = JSON.stringify(template);
      expect(text, name).not.toMatch(/Fn::ImportValue|"Export"|Fn::GetStackOutput/);
      for (const type of resourceTypes(template)) expect(type, name).not.toMatch(/^Custom::|CustomResource/);
    }
  });

  it('lets the dispatcher invoke the probers that there are, each by its own ARN, and nothing else', () => {
    const { templates, controlTemplate } = fullFleet();
    const deployed = [...templates]
      .filter(([name]) => name.includes('-probe-'))
      .flatMap(([name, template]) =>
        resourcesOf(template, 'AWS::Lambda::Function').map(
          ([, { FunctionName }]) => `${name.replace(/^.*-probe-/, '')} ${String(FunctionName)}`,
        ),
      );
    const allowed = invoked(controlTemplate.toJSON());
    expect(allowed).toHaveLength(deployed.length);
    expect(deployed).toHaveLength(7);
    for (const each of deployed) {
      const [region, functionName] = each.split(' ');
      expect(
        allowed.some((arn) => arn.includes(`:${region}:`) && arn.includes(`:function:${functionName}"`)),
      ).toBe(true);
    }
    expect(allowed.join()).not.toContain('*');
  });

  it('gives the plan the same probers', () => {
    const plan = resourcesOf(fullFleet().controlTemplate.toJSON(), 'AWS::Lambda::Function').find(
      ([, { FunctionName }]) => FunctionName === 'inbound-check-plan',
    );
    const environment = plan?.[1].Environment as { Variables: { FLEET: string } } | undefined;
    expect(fleetOf({ FLEET: environment?.Variables.FLEET })).toEqual([
      ...['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'].map((region) => ({
        id: region,
        region,
        functionName: `inbound-check-prober-${region}`,
        kind: 'lambda',
        smtp: false,
      })),
      {
        id: 'us-west-2-ipv6',
        region: 'us-west-2',
        functionName: 'inbound-check-prober-us-west-2-ipv6',
        kind: 'lambda-vpc',
        smtp: false,
        families: [6],
      },
      {
        id: 'eu-central-1-smtp',
        region: 'eu-central-1',
        functionName: 'inbound-check-prober-eu-central-1-smtp',
        kind: 'lambda-vpc',
        smtp: true,
        families: [4],
      },
    ]);
  });

  it('loses a region by losing its stack: the stacks of other regions stay as they are', () => {
    const before = plainFleet().templates;
    const after = synthesize({
      vantageRegions: ['eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'],
    });
    expect(after.templates.has('inbound-check-probe-eu-west-1')).toBe(false);
    for (const [name, template] of after.templates)
      if (name !== 'inbound-check-control') expect(template).toEqual(before.get(name));
    expect(JSON.stringify(after.templates.get('inbound-check-control'))).not.toContain('eu-west-1');
    const outputs = (template: Record<string, unknown> | undefined) => template?.Outputs;
    expect(outputs(after.templates.get('inbound-check-control'))).toEqual(
      outputs(before.get('inbound-check-control')),
    );
  });

  it('deploys vantages before the control stack that knows of them', () => {
    const { control, probes } = plainFleet();
    expect(control.dependencies).toEqual(expect.arrayContaining([...probes.values()]));
  });

  it('needs no account: none is in the templates', () => {
    for (const [name, template] of fullFleet().templates)
      expect(JSON.stringify(template), name).not.toMatch(/:\d{12}:/);
  });

  it('gives no role a managed policy, and each the boundary that is asked for', () => {
    for (const [, template] of fullFleet().templates) expect(managedPolicies(template)).toEqual([]);
    const bounded = synthesize({ permissionsBoundary: 'workload-boundary', smtpVantages: ['eu-west-1'] });
    let roles = 0;
    for (const [name, template] of bounded.templates)
      for (const [id, { PermissionsBoundary }] of resourcesOf(template, 'AWS::IAM::Role')) {
        roles += 1;
        expect(JSON.stringify(PermissionsBoundary), `${name} ${id}`).toContain(':policy/workload-boundary');
      }
    expect(roles).toBeGreaterThan(10);
  });

  it('warns of two vantages that are too near each other', () => {
    const near = synthesize({ vantageRegions: ['eu-west-2', 'eu-west-3', 'us-east-1'] });
    Annotations.fromStack(near.control).hasWarning('*', Match.stringLikeRegexp('eu-west-2 and eu-west-3'));
    Annotations.fromStack(plainFleet().control).hasNoWarning('*', Match.stringLikeRegexp('km apart'));
  });
});

describe('rights', () => {
  /** What AWS gives no narrower resource for, with where it says so. */
  const UNNARROWED = new Map([
    ['xray:PutTraceSegments', 'X-Ray has no resource'],
    ['xray:PutTelemetryRecords', 'X-Ray has no resource'],
    ['xray:GetSamplingRules', 'X-Ray has no resource'],
    ['xray:GetSamplingTargets', 'X-Ray has no resource'],
    ['logs:CreateLogDelivery', 'log delivery of Step Functions'],
    ['logs:GetLogDelivery', 'log delivery of Step Functions'],
    ['logs:UpdateLogDelivery', 'log delivery of Step Functions'],
    ['logs:DeleteLogDelivery', 'log delivery of Step Functions'],
    ['logs:ListLogDeliveries', 'log delivery of Step Functions'],
    ['logs:PutResourcePolicy', 'log delivery of Step Functions'],
    ['logs:DescribeResourcePolicies', 'log delivery of Step Functions'],
    ['logs:DescribeLogGroups', 'log delivery of Step Functions'],
    ['ec2:CreateNetworkInterface', 'Lambda in a VPC'],
    ['ec2:DescribeNetworkInterfaces', 'Lambda in a VPC'],
    ['ec2:DescribeSubnets', 'Lambda in a VPC'],
    ['ec2:DeleteNetworkInterface', 'Lambda in a VPC'],
    ['ec2:AssignPrivateIpAddresses', 'Lambda in a VPC'],
    ['ec2:UnassignPrivateIpAddresses', 'Lambda in a VPC'],
  ]);

  it('are on * only where AWS knows nothing narrower, and never for all actions', () => {
    for (const [name, template] of fullFleet().templates)
      for (const [role, statements] of statementsByRole(template))
        for (const { Effect, Action, Resource } of statements) {
          expect(Action.join(), `${name} ${role}`).not.toContain('*');
          if (Effect === 'Allow' && Resource.includes('*'))
            for (const action of Action) expect([...UNNARROWED.keys()], `${name} ${role}`).toContain(action);
        }
  });
});
