/**
 * The network of a vantage that judges IPv6: a dual-stack VPC whose only way out is an egress-only internet gateway. Both
 * are free; Lambda takes no subnet with IPv6 alone, so it has private IPv4 addresses, which lead nowhere. What the prober
 * itself needs to reach is its targets and, by S3's dual-stack endpoint, the stop switch: Lambda invokes it and takes its
 * log without the VPC. No flow logs: they would be its only cost.
 */
import { CfnOutput, Fn } from 'aws-cdk-lib';
import {
  IpAddresses,
  IpProtocol,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Ipv6Vantage } from './configuration.ts';

export interface Ipv6EgressProps {
  readonly vantage: Ipv6Vantage;
}

export class Ipv6Egress extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { vantage }: Ipv6EgressProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.84.0.0/26'),
      ipProtocol: IpProtocol.DUAL_STACK,
      availabilityZones: [vantage.availabilityZone ?? Fn.select(0, Fn.getAzs())],
      natGateways: 0,
      // With no NAT gateway it has the route of IPv6 to the egress-only gateway, and none of IPv4.
      subnetConfiguration: [{ name: 'prober', subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
      restrictDefaultSecurityGroup: false,
    });
    if (vantage.availabilityZone !== undefined)
      acknowledge(
        vpc,
        'CloudFormation-Validate::W3010',
        'The configuration names the zone, since the first lacks something',
      );
    acknowledge(
      vpc,
      'AwsSolutions-VPC7',
      'Flow logs would be all that this network costs; a prober writes down what it sends',
    );
    // CDK's own types don't hold up to exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    this.securityGroup = new SecurityGroup(this, 'Outbound', {
      vpc: this.vpc,
      description: 'Nothing in, everything out',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
    const [subnet] = vpc.privateSubnets;
    if (subnet === undefined) throw new Error('the VPC has no subnet');
    new CfnOutput(this, 'SourceRange6', {
      description: 'IPv6 range that the vantage comes from: its addresses change within it',
      value: Fn.select(0, Fn.cidr(Fn.select(0, vpc.vpcIpv6CidrBlocks), 1, '64')),
    });
  }
}
