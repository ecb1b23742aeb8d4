/** A state machine of ours: Standard, JSONPath, traced, and logged without the data of its executions. */
import { ArnFormat, type Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';

export interface RunMachineProps {
  readonly name: string;
  readonly start: IChainable;
  readonly timeout: Duration;
  readonly comment: string;
  readonly logRetentionDays: number;
  /** Those that its states invoke. */
  readonly functions: readonly IFunction[];
  /** Has a Distributed Map of this label, and may reach these objects (ARNs with a `*`) for it. */
  readonly distributed?: { readonly label: string; readonly objects: readonly string[] };
}

export function addRunMachine(scope: Construct, id: string, props: RunMachineProps): StateMachine {
  const machine = new StateMachine(scope, id, {
    stateMachineName: props.name,
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSON_PATH,
    definitionBody: DefinitionBody.fromChainable(props.start),
    comment: props.comment,
    timeout: props.timeout,
    tracingEnabled: true,
    logs: {
      level: LogLevel.ALL,
      // Names and addresses of customers stay in the execution's history and the bucket.
      includeExecutionData: false,
      destination: new LogGroup(scope, `${id}Log`, {
        // AWS's prefix for log deliveries: without it the resource policy of a busy account grows too large.
        logGroupName: `/aws/vendedlogs/states/${props.name}`,
        retention: props.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    },
  });
  acknowledge(
    machine,
    'AwsSolutions-IAM5[Resource::*]',
    'X-Ray and CloudWatch Logs delivery know no resource for what Step Functions needs of them',
  );
  for (const { functionArn } of props.functions)
    acknowledgeWildcard(machine, `${functionArn}:*`, 'Versions and aliases of this one function');
  if (props.distributed !== undefined) acknowledgeDistributed(machine, props.distributed);
  return machine;
}

/** What a Distributed Map needs: children of its own machine, its lists and its results. */
function acknowledgeDistributed(
  machine: StateMachine,
  { label, objects }: NonNullable<RunMachineProps['distributed']>,
): void {
  // As CDK writes it, who knows the machine's name only by its ARN.
  const name = Fn.select(6, Fn.split(':', machine.stateMachineArn));
  for (const resourceName of [`${name}:*`, `${name}/${label}:*`])
    acknowledgeWildcard(
      machine,
      Stack.of(machine).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      'Executions of this one state machine, whose names are not known beforehand',
    );
  for (const arn of objects)
    acknowledgeWildcard(machine, arn, 'Lists and results of sweeps, whatever their names');
}
