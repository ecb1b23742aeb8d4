/** Vantages in other accounts: who may do what there, and in which order they can be deployed. */
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lib/stacks/configuration.ts';
import { resourcesOf, statementsByRole } from './statements.ts';
import { plainFleet, synthesize } from './synthesized.ts';

const HOME = '123456789012';
const PARTNER = '210987654321';
const context = {
  vantageRegions: ['eu-central-1', 'eu-west-1'],
  homeAccount: HOME,
  accountVantages: [
    { name: 'partner', account: PARTNER, region: 'eu-west-1', externalId: 'reachability-7' },
    { name: 'lab', account: '310987654321', region: 'ap-northeast-1' },
  ],
};
const { control, controlTemplate, probes, app } = synthesize(context);
const json = controlTemplate.toJSON();
const templateOf = (name: string): unknown => {
  const stack = probes.get(name);
  if (stack === undefined) throw new Error(`no stack ${name}`);
  return Template.fromStack(stack).toJSON();
};
const roleOf = (template: unknown, name: string) =>
  resourcesOf(template, 'AWS::IAM::Role').find(([, { RoleName }]) => RoleName === name);
const DISPATCHER = 'inbound-check-dispatcher-eu-central-1';

describe('a vantage in another account', () => {
  it('has a stack of its own there, which no other stack waits for', () => {
    expect([...probes.keys()]).toEqual([
      'eu-central-1',
      'eu-west-1',
      'eu-west-1-partner',
      'ap-northeast-1-lab',
    ]);
    const places = [...probes].map(([name, { account, region }]) => [name, account, region]);
    expect(places.slice(1, 3)).toEqual([
      ['eu-west-1', HOME, 'eu-west-1'],
      ['eu-west-1-partner', PARTNER, 'eu-west-1'],
    ]);
    expect(control.account).toBe(HOME);
    const waited = control.dependencies.map(({ stackName }) => stackName).sort();
    expect(waited).toEqual(['inbound-check-probe-eu-central-1', 'inbound-check-probe-eu-west-1']);
    expect(app.node.children.length).toBeGreaterThan(4);
  });

  it('has a role there that invokes its prober alone, for the dispatcher alone, with the external id', () => {
    const template = templateOf('eu-west-1-partner');
    const [id = '', role = {}] = roleOf(template, 'inbound-check-invoke-eu-west-1-partner') ?? [];
    expect(role.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${HOME}:root` },
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/${DISPATCHER}` },
            StringEquals: { 'sts:ExternalId': 'reachability-7' },
          },
        },
      ],
    });
    const [prober = ''] =
      resourcesOf(template, 'AWS::Lambda::Function').find(
        ([, { FunctionName }]) => FunctionName === 'inbound-check-prober-eu-west-1-partner',
      ) ?? [];
    expect(statementsByRole(template).get(id)).toMatchObject([
      { Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [{ 'Fn::GetAtt': [prober, 'Arn'] }] },
    ]);
    const [, lab = {}] =
      roleOf(templateOf('ap-northeast-1-lab'), 'inbound-check-invoke-ap-northeast-1-lab') ?? [];
    expect(JSON.stringify(lab.AssumeRolePolicyDocument)).not.toContain('ExternalId');
  });

  it('is reached by the dispatcher through exactly these roles, and its own account by none', () => {
    const [id = ''] = roleOf(json, DISPATCHER) ?? [];
    const statements = statementsByRole(json).get(id) ?? [];
    const assumed = statements.filter(({ Action }) => Action.includes('sts:AssumeRole'));
    expect(assumed.flatMap(({ Resource }) => Resource)).toEqual([
      `arn:aws:iam::${PARTNER}:role/inbound-check-invoke-eu-west-1-partner`,
      'arn:aws:iam::310987654321:role/inbound-check-invoke-ap-northeast-1-lab',
    ]);
    const invoked = statements.filter(({ Action }) => Action.includes('lambda:InvokeFunction'));
    expect(invoked.flatMap(({ Resource }) => Resource)).toHaveLength(2);
    for (const [role, own] of statementsByRole(json))
      if (role !== id)
        expect(
          own.flatMap(({ Action }) => Action),
          role,
        ).not.toContain('sts:AssumeRole');
  });

  it('is no graph of the dashboard, as its metrics are the other account’s', () => {
    const dashboard = JSON.stringify(resourcesOf(json, 'AWS::CloudWatch::Dashboard'));
    expect(dashboard).toContain('inbound-check-prober-eu-west-1');
    expect(dashboard).not.toContain('inbound-check-prober-eu-west-1-partner');
  });

  it('adds no right and no name to a fleet without any', () => {
    const plain = plainFleet().controlTemplate.toJSON();
    expect(roleOf(plain, DISPATCHER)).toBeUndefined();
    for (const own of statementsByRole(plain).values())
      expect(own.flatMap(({ Action }) => Action)).not.toContain('sts:AssumeRole');
  });

  it.each([
    [{ homeAccount: '' }, 'homeAccount: is needed with accountVantages: the roles there trust it'],
    [{ homeAccount: PARTNER }, `accountVantages: names ${PARTNER}, the fleet’s own: use vantageRegions`],
    [
      { accountVantages: [context.accountVantages[0], context.accountVantages[0]] },
      'accountVantages: names eu-west-1-partner twice',
    ],
    [
      { accountVantages: [{ name: 'smtp', account: PARTNER, region: 'eu-west-1' }] },
      'accountVantages[0].name: is what vantages of the fleet’s own account are called',
    ],
    [
      { accountVantages: '[{"name":"partner","account":"42","region":"eu-west-1"}]' },
      'accountVantages[0].account: is no AWS account, which has 12 digits',
    ],
  ])('is refused with %j', (more, message) => {
    const given: Readonly<Record<string, unknown>> = { ...context, ...more };
    expect(parseConfiguration((key) => given[key])).toEqual({ ok: false, message: `context ${message}` });
  });
});
