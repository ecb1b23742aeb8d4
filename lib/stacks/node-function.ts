/** A Lambda function as all of ours are: arm64, a role of its own that may write its log. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { FunctionName } from './bundling.ts';
import { functionCode } from './function-code.ts';

/** The newest that Lambda offers in all regions; esbuild's target (bundling.ts) is older, so that the code also runs where it is tested. */
const RUNTIME = Runtime.NODEJS_24_X;

export interface NodeFunctionProps {
  readonly functionName: string;
  /** Which file of `functions/`. */
  readonly source: FunctionName;
  readonly description: string;
  /** MiB; CPU grows with it: 1,769 MiB is one core. */
  readonly memory: number;
  readonly timeoutSeconds: number;
  readonly environment?: Record<string, string>;
  /** Absent: CloudFormation makes one. */
  readonly roleName?: string;
  readonly logRetentionDays: number;
  /** X-Ray. Costs the right to write segments to `*`, which AWS doesn't let one narrow. */
  readonly traced?: boolean;
  /** Executions at a time; absent: no bound but the account's. */
  readonly concurrency?: number;
  readonly network?: {
    readonly vpc: IVpc;
    readonly subnets: SubnetSelection;
    readonly securityGroup: ISecurityGroup;
  };
}

export class NodeFunction extends Construct {
  /** The role has no right but to write this function's log; grant on it what the function needs. */
  readonly role: Role;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      ...(props.roleName !== undefined && { roleName: props.roleName }),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${props.functionName}: writes its log, and what else is granted`,
    });
    logGroup.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      code: functionCode(props.source),
      handler: 'index.handler',
      runtime: RUNTIME,
      architecture: Architecture.ARM_64,
      memorySize: props.memory,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.environment === undefined ? {} : { environment: props.environment }),
      role: this.role,
      logGroup,
      tracing: props.traced === true ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.concurrency === undefined ? {} : { reservedConcurrentExecutions: props.concurrency }),
      ...(props.network === undefined
        ? {}
        : {
            vpc: props.network.vpc,
            vpcSubnets: props.network.subnets,
            securityGroups: [props.network.securityGroup],
            ipv6AllowedForDualStack: true,
          }),
    });
    if (props.traced === true)
      acknowledge(
        this.role,
        'AwsSolutions-IAM5[Resource::*]',
        'X-Ray: PutTraceSegments and PutTelemetryRecords know no resource',
      );
  }
}
