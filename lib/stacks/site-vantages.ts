/**
 * Machines elsewhere that measure for the fleet: what answers them, and what puts work in line for them. The one that
 * anybody can reach can put none, and the other can't end a state.
 */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { PARTITION } from '../service/state/keys.ts';
import type { FleetConfiguration } from './configuration.ts';
import { allowReadingStop } from './kill-switch.ts';
import { NodeFunction } from './node-function.ts';
import { allowObjects, allowTable, EARLY } from './run-functions.ts';
import type { RunStorage } from './storage.ts';
import { MAP_LABEL } from './sweep-chain.ts';

export interface SiteVantagesProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
}

/** Both ask the table some items. */
const TIMEOUT_S = 25;
/** Very many requests of anybody take no concurrency from runs. */
const CONCURRENCY = 10;

/** State `AskSite`. */
export function addSiteQueue(scope: Construct, { configuration, storage }: SiteVantagesProps): NodeFunction {
  const added = new NodeFunction(scope, 'Queue', {
    functionName: `${configuration.fleetName}-queue`,
    source: 'queue',
    description: 'Puts work in line for a site vantage',
    memory: 256,
    timeoutSeconds: TIMEOUT_S,
    logRetentionDays: configuration.logRetentionDays,
    traced: true,
    environment: { RUN_BUCKET: storage.bucket.bucketName, TABLE_NAME: storage.table.tableName },
  });
  allowTable(added, storage, ['dynamodb:GetItem'], `${PARTITION.sites}*`, `${PARTITION.site}*`);
  allowTable(added, storage, ['dynamodb:PutItem'], `${PARTITION.siteWork}*`);
  allowReadingStop(added, storage);
  return added;
}

/** Answers the routes of site vantages. */
export function addSiteFunction(
  scope: Construct,
  {
    configuration,
    storage,
    check,
    sweep,
  }: SiteVantagesProps & { readonly check: StateMachine; readonly sweep: StateMachine },
): NodeFunction {
  const { fleetName, logRetentionDays, proberConcurrency } = configuration;
  const added = new NodeFunction(scope, 'Site', {
    functionName: `${fleetName}-site`,
    source: 'site',
    description: 'Gives site vantages their work and takes their answers',
    // An answer may decompress to 20 MB.
    memory: 512,
    timeoutSeconds: TIMEOUT_S,
    logRetentionDays,
    // No traces: of a quarter of a million questions a month and vantage they would cost more than all else.
    // An account that can't reserve concurrency says so by proberConcurrency 0.
    ...(proberConcurrency > 0 && { concurrency: CONCURRENCY }),
    environment: { RUN_BUCKET: storage.bucket.bucketName, TABLE_NAME: storage.table.tableName },
  });
  const { site, sites, siteNonce, siteWork } = PARTITION;
  allowTable(added, storage, ['dynamodb:GetItem'], `${sites}*`, `${site}*`, `${siteWork}*`);
  allowTable(added, storage, ['dynamodb:PutItem'], `${site}*`, `${siteNonce}*`);
  allowTable(added, storage, ['dynamodb:Query', 'dynamodb:DeleteItem'], `${siteWork}*`);
  allowObjects(added, storage, 's3:GetObject', ['runs/*/batches/*']);
  allowObjects(added, storage, 's3:PutObject', ['runs/*/raw/*', EARLY]);
  allowReadingStop(added, storage);
  added.role.addToPolicy(
    new PolicyStatement({
      actions: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      // Executions of a Distributed Map have a machine of their own, which is named by its label.
      resources: [check.stateMachineArn, sweep.stateMachineArn, `${sweep.stateMachineArn}/${MAP_LABEL}`],
    }),
  );
  return added;
}
