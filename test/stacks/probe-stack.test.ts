import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { PROBER_TIMEOUT_S } from '../../lib/service/runs/limits.ts';
import { resourcesOf, resourceTypes, statementsByRole } from './statements.ts';
import { fullFleet, synthesize } from './synthesized.ts';

const outside = (): Template => fullFleet().probeTemplate('us-east-1');
const six = (): Template => fullFleet().probeTemplate('us-west-2');
const fixed = (): Template => fullFleet().probeTemplate('eu-central-1');

describe('a probe stack', () => {
  it('outside a VPC is a function, its log and its role, and nothing else', () => {
    expect([...resourceTypes(outside().toJSON())].sort()).toEqual([
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
    ]);
  });

  it('runs the prober on arm64, bounded in time and number, untraced', () => {
    outside().hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'inbound-check-prober-us-east-1',
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 1_024,
      Timeout: PROBER_TIMEOUT_S,
      ReservedConcurrentExecutions: 40,
      TracingConfig: Match.absent(),
      Environment: Match.absent(),
      VpcConfig: Match.absent(),
    });
  });

  it('lets the prober write its own log and do nothing else', () => {
    const roles = [...statementsByRole(outside().toJSON()).values()];
    expect(roles).toHaveLength(1);
    const [log] = resourcesOf(outside().toJSON(), 'AWS::Logs::LogGroup');
    expect(roles[0]).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [{ 'Fn::GetAtt': [log?.[0], 'Arn'] }],
      },
    ]);
    outside().hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/lambda/inbound-check-prober-us-east-1',
      RetentionInDays: 30,
    });
  });

  it('leaves the number unbounded where the account is too small to reserve any', () => {
    synthesize({ proberConcurrency: 0 })
      .probeTemplate('us-east-1')
      .hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
  });
});

describe('a vantage with a fixed address', () => {
  it('goes out by one NAT gateway with an Elastic IP, which the stack names for allow-lists', () => {
    fixed().resourceCountIs('AWS::EC2::EIP', 1);
    fixed().resourceCountIs('AWS::EC2::NatGateway', 1);
    const [eip] = resourcesOf(fixed().toJSON(), 'AWS::EC2::EIP');
    const [nat] = resourcesOf(fixed().toJSON(), 'AWS::EC2::NatGateway');
    expect(nat?.[1].AllocationId).toEqual({ 'Fn::GetAtt': [eip?.[0], 'AllocationId'] });
    const address = { 'Fn::GetAtt': [eip?.[0], 'PublicIp'] };
    fixed().hasOutput('*', { Value: address });
    fixed().hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'inbound-check-prober-eu-central-1-smtp',
      Environment: { Variables: { SOURCE_ADDRESS: address } },
      VpcConfig: { Ipv6AllowedForDualStack: true },
    });
  });

  it('has IPv6 by an egress-only gateway, and default routes for both families', () => {
    fixed().resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 1);
    fixed().hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
    fixed().hasResourceProperties('AWS::EC2::Route', {
      DestinationIpv6CidrBlock: '::/0',
      EgressOnlyInternetGatewayId: Match.anyValue(),
    });
    fixed().hasResourceProperties('AWS::EC2::Route', {
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: Match.anyValue(),
    });
  });

  it('lets nothing in, and everything out for both families', () => {
    fixed().resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    fixed().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }),
        Match.objectLike({ CidrIpv6: '::/0', IpProtocol: '-1' }),
      ],
    });
  });

  it('keeps a log of its flows', () => {
    fixed().hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', ResourceType: 'VPC' });
  });

  it('denies the code what Lambda itself needs of the role', () => {
    const statements = [...statementsByRole(fixed().toJSON()).entries()].find(([role]) =>
      role.startsWith('SmtpProber'),
    )?.[1];
    const denied = statements?.find(({ Effect }) => Effect === 'Deny');
    const allowed = statements?.find(({ Action }) => Action.includes('ec2:CreateNetworkInterface'));
    expect(denied?.Action).toEqual(allowed?.Action);
    expect(JSON.stringify(denied?.Condition)).toMatch(
      /ArnEquals.*lambda:SourceFunctionArn.*:function:inbound-check-prober-eu-central-1-smtp"/,
    );
  });

  it('uses an address that exists, and then makes none', () => {
    const template = synthesize({
      smtpVantages: [
        { region: 'eu-west-1', allocationId: 'eipalloc-0123456789abcdef0', address: '198.51.100.7' },
      ],
    }).probeTemplate('eu-west-1');
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.hasResourceProperties('AWS::EC2::NatGateway', { AllocationId: 'eipalloc-0123456789abcdef0' });
    template.hasOutput('*', { Value: '198.51.100.7' });
  });
});

describe('a vantage that judges IPv6', () => {
  it('is a second prober beside the plain one of its region', () => {
    const names = resourcesOf(six().toJSON(), 'AWS::Lambda::Function').map(
      ([, { FunctionName }]) => FunctionName,
    );
    expect(names.sort()).toEqual(['inbound-check-prober-us-west-2', 'inbound-check-prober-us-west-2-ipv6']);
    six().hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'inbound-check-prober-us-west-2-ipv6',
      VpcConfig: { Ipv6AllowedForDualStack: true, SubnetIds: [Match.anyValue()] },
    });
    six().hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'inbound-check-prober-us-west-2',
      VpcConfig: Match.absent(),
    });
  });

  it('goes out by an egress-only gateway over IPv6, and by nothing over IPv4', () => {
    const routes = resourcesOf(six().toJSON(), 'AWS::EC2::Route').map(([, properties]) => properties);
    expect(routes).toEqual([
      {
        RouteTableId: expect.anything(),
        DestinationIpv6CidrBlock: '::/0',
        EgressOnlyInternetGatewayId: expect.anything(),
      },
    ]);
    six().hasResourceProperties('AWS::EC2::VPCCidrBlock', { AmazonProvidedIpv6CidrBlock: true });
  });

  it('costs nothing while it is idle: no NAT gateway, no address, no flow log, no endpoint', () => {
    const types = resourceTypes(six().toJSON());
    for (const type of ['NatGateway', 'EIP', 'FlowLog', 'VPCEndpoint'])
      expect([...types]).not.toContain(`AWS::EC2::${type}`);
  });

  it('lets nothing in, and everything out', () => {
    six().resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    six().hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: Match.arrayWith([Match.objectLike({ CidrIpv6: '::/0', IpProtocol: '-1' })]),
    });
  });

  it('publishes the /64 of its subnet, which its addresses are in', () => {
    const [subnet] = resourcesOf(six().toJSON(), 'AWS::EC2::Subnet');
    const block = subnet?.[1].Ipv6CidrBlock;
    expect(JSON.stringify(block)).toContain('"64"');
    six().hasOutput('*', { Value: block });
  });

  it('is known to the plan by its region alone', () => {
    const fleet = JSON.stringify(fullFleet().controlTemplate.findResources('AWS::Lambda::Function'));
    expect(fleet).toContain('\\"six\\":[\\"us-west-2\\"]');
  });
});
