/**
 * The network of a vantage with a fixed source address: a VPC with one NAT gateway and its Elastic IP (IPv4), and an
 * egress-only internet gateway (IPv6). AWS lifts its block of outbound port 25 for an account in a region, and asks for
 * the Elastic IP and its reverse name when it does (AWS re:Post, "How do I remove the restriction on port 25 from my
 * Amazon EC2 instance or Lambda function?"). The address is what customers put on their allow-lists. One availability
 * zone: a second NAT gateway would be a second address.
 */
import { Aws, CfnOutput, Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type IVpc,
  NatProvider,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  AnyPrincipal,
  Effect,
  Role as IamRole,
  PolicyStatement,
  type Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { STOP_KEY } from '../service/runs/keys.ts';
import { acknowledge } from './acknowledge.ts';
import type { SmtpVantage } from './configuration.ts';
import { EARLY } from './run-functions.ts';

export interface FixedAddressProps {
  readonly vantage: SmtpVantage;
  readonly logRetentionDays: number;
}

export class FixedAddress extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
  readonly securityGroup: SecurityGroup;
  /** The IPv4 address that targets see. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: FixedAddressProps) {
    super(scope, id);
    const elastic = elasticIp(this, props.vantage);
    this.address = elastic.address;
    const vpc = new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.83.0.0/24'),
      ipProtocol: IpProtocol.DUAL_STACK,
      // Else the first, named by CloudFormation when it deploys: CDK would ask the account for the list.
      availabilityZones: [props.vantage.availabilityZone ?? Fn.select(0, Fn.getAzs())],
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [elastic.allocationId] }),
      subnetConfiguration: [
        { name: 'gateway', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'prober', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // Nothing uses the default group. CloudFormation can't empty it; CDK would with a function that has more rights
      // than any of ours, so docs/deploy.md has the two commands for those whom a rule requires to do it.
      restrictDefaultSecurityGroup: false,
    });
    if (props.vantage.availabilityZone !== undefined)
      acknowledge(
        vpc,
        'CloudFormation-Validate::W3010',
        'The configuration names the zone, since the first lacks something',
      );
    // CDK's own types don't hold up to exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    // Of a fleet whose home is this region the stop switch is read, and what was seen so far written, without the NAT gateway;
    // nothing else of S3 is.
    const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [`arn:${Aws.PARTITION}:s3:::*/${STOP_KEY}`],
      }),
    );
    s3.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [`arn:${Aws.PARTITION}:s3:::*/${EARLY}`],
      }),
    );
    // Nobody connects to a prober; it connects to any port of its targets.
    this.securityGroup = new SecurityGroup(this, 'Outbound', {
      vpc: this.vpc,
      description: 'Nothing in, everything out',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
    this.logFlows(props.logRetentionDays);
    new CfnOutput(this, 'SourceAddress', {
      description: 'IPv4 source address of the SMTP vantage: for allow-lists and for the port 25 request',
      value: this.address,
    });
    new CfnOutput(this, 'SourceRange6', {
      description: 'IPv6 range that the SMTP vantage comes from',
      value: Fn.select(0, vpc.vpcIpv6CidrBlocks),
    });
  }

  /** Every flow, not the rejected alone: the record of a SYN that left is evidence for a network team. */
  private logFlows(retention: number): void {
    const logGroup = new LogGroup(this, 'Flows', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new IamRole(this, 'FlowsRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup, role),
      trafficType: FlowLogTrafficType.ALL,
    });
  }
}

/**
 * The address that is given, or a new one. The new one outlives its stack, because it may be on customers' allow-lists
 * by then and AWS has unblocked it; the policy is in the template from the first deployment on, since CloudFormation goes
 * by the one that is deployed when `allocationId` takes the address out of it.
 */
function elasticIp(scope: Construct, vantage: SmtpVantage): { allocationId: string; address: string } {
  if (vantage.allocationId !== undefined && vantage.address !== undefined)
    return { allocationId: vantage.allocationId, address: vantage.address };
  const eip = new CfnEIP(scope, 'Address', { domain: 'vpc' });
  eip.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return { allocationId: eip.attrAllocationId, address: eip.attrPublicIp };
}

/**
 * What Lambda needs of a role to put its function into a VPC, and nothing that the function's code could use: calls
 * that come from the function itself are denied (AWS Lambda, "Using IAM condition keys for VPC settings").
 * `functionArn`: built from names, since the function doesn't exist before its role's policy.
 */
export function allowNetworkInterfaces(role: Role, functionArn: string): void {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  role.addToPolicy(new PolicyStatement({ sid: 'LambdaItself', actions, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      sid: 'NotTheCode',
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  );
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'Lambda asks for these rights on any interface, and checks for that; the function itself is denied them',
  );
}
