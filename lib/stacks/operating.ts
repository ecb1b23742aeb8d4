/** What the API's handlers of targets and of the fleet as a whole need in addition to what all of them have. */

import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LISTED_INDEX } from '../aws/table-layout.ts';
import { PARTITION } from '../service/state/keys.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FleetConfiguration } from './configuration.ts';
import { allowStopping } from './kill-switch.ts';
import type { NodeFunction } from './node-function.ts';
import { allowTable, rateVariables } from './run-functions.ts';
import type { RunStorage } from './storage.ts';

export interface OperatingProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
  readonly ownership: NodeFunction;
  readonly sweep: StateMachine;
  readonly check: StateMachine;
}

export const operatingVariables = ({ configuration, ownership, sweep }: OperatingProps) => ({
  OWNERSHIP_FUNCTION: ownership.lambda.functionName,
  SWEEP_MACHINE: sweep.stateMachineArn,
  ...rateVariables(configuration),
});

export function allowOperating(to: NodeFunction, props: OperatingProps): void {
  const { storage, ownership, check, sweep } = props;
  // Registers targets: the only function that may, apart from the starter.
  allowTable(to, storage, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], `${PARTITION.target}*`);
  // Says who takes care of an alert.
  allowTable(to, storage, ['dynamodb:PutItem'], `${PARTITION.acknowledged}*`);
  to.role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [`${storage.table.tableArn}/index/${LISTED_INDEX}`],
    }),
  );
  to.role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [ownership.lambda.functionArn] }),
  );
  allowStopping(to, storage);
  for (const machine of [check, sweep]) allowEnding(to, machine);
}

function allowEnding({ role }: NodeFunction, { stateMachineArn, stateMachineName }: StateMachine): void {
  const executions = Stack.of(role).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ actions: ['states:ListExecutions'], resources: [stateMachineArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['states:StopExecution'], resources: [executions] }));
  acknowledgeWildcard(
    role,
    executions,
    'The kill switch stops whatever runs, whose names are not known beforehand',
  );
}
