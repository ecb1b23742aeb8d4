/** What starts runs of links. The function that everybody reaches starts nothing itself: it may ask this one, by a link's id. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { PARTITION } from '../service/state/keys.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FleetConfiguration } from './configuration.ts';
import { allowReadingStop } from './kill-switch.ts';
import { NodeFunction } from './node-function.ts';
import { allowObjects, allowTable, rateVariables } from './run-functions.ts';
import { allowSigning } from './signing-key.ts';
import type { RunStorage } from './storage.ts';

/** It redacts, renders and signs a report; a quarter of a core does it in a second. */
const MEMORY = 1_024;
/** CloudFront has given up by then. */
const TIMEOUT_S = 20;
/** Very many visitors take no concurrency from runs. */
const CONCURRENCY = 10;

/** Not by reference: the state machine depends on the distribution, whose address its plan knows. */
export const againFunctionName = ({ fleetName }: FleetConfiguration): string => `${fleetName}-again`;

export function allowAsking({ role }: NodeFunction, configuration: FleetConfiguration): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [
        Stack.of(role).formatArn({
          service: 'lambda',
          resource: 'function',
          resourceName: againFunctionName(configuration),
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }),
  );
}

export interface LinkRunsProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
  readonly check: StateMachine;
  readonly signingKey: Key;
}

export function addLinkRuns(
  scope: Construct,
  { configuration, storage, check, signingKey }: LinkRunsProps,
): NodeFunction {
  const again = new NodeFunction(scope, 'Again', {
    functionName: againFunctionName(configuration),
    source: 'again',
    description:
      'Starts the run that a visitor of a link asks for, and keeps what offices tell, within the budget of the link',
    memory: MEMORY,
    timeoutSeconds: TIMEOUT_S,
    logRetentionDays: configuration.logRetentionDays,
    ...(configuration.proberConcurrency > 0 && { concurrency: CONCURRENCY }),
    environment: {
      RUN_BUCKET: storage.bucket.bucketName,
      TABLE_NAME: storage.table.tableName,
      RETENTION_DAYS: String(configuration.retentionDays),
      CHECK_MACHINE: check.stateMachineArn,
      SIGNING_KEY: signingKey.keyArn,
      ...rateVariables(configuration),
    },
  });
  // It decides by the link, what is registered, what ran lately and how often, and writes what it started and what offices told
  // alone.
  const { share, office, target, state, rate } = PARTITION;
  const read = [share, PARTITION.again, office, target, state, rate].map((partition) => `${partition}*`);
  allowTable(again, storage, ['dynamodb:GetItem'], ...read);
  allowTable(again, storage, ['dynamodb:PutItem'], `${PARTITION.again}*`, `${office}*`);
  allowReadingStop(again, storage);
  allowObjects(again, storage, 's3:GetObject', ['runs/*/report.*', 'shares/*']);
  allowObjects(again, storage, 's3:PutObject', ['shares/*']);
  allowSigning(again, signingKey);
  allowStarting(again, check);
  return again;
}

function allowStarting({ role }: NodeFunction, { stateMachineArn, stateMachineName }: StateMachine): void {
  role.addToPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }));
  const executions = Stack.of(role).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: [executions],
    }),
  );
  acknowledgeWildcard(role, executions, 'Runs that links started, whose names are not known beforehand');
}
