/** The functions of the home region, each with a role of its own and the rights that its step needs. */

import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { LISTENER_SECRETS } from '../service/runs/keys.ts';
import { DISPATCHER_TIMEOUT_S, STEP_TIMEOUT_S } from '../service/runs/limits.ts';
import { PARTITION } from '../service/state/keys.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FunctionName } from './bundling.ts';
import type { FleetConfiguration } from './configuration.ts';
import { allowReadingStop } from './kill-switch.ts';
import { NodeFunction, type NodeFunctionProps } from './node-function.ts';
import { allowSigning } from './signing-key.ts';
import type { RunStorage } from './storage.ts';
import { dispatcherRoleName, fleetVariable, type PlannedVantage } from './vantages.ts';

export type StepName = Extract<FunctionName, 'plan' | 'dispatcher' | 'judge' | 'report' | 'publish'>;

interface Step {
  readonly description: string;
  /**
   * MiB. The dispatcher only waits, but holds an answer that may decompress to 100 MB; judge and report hold those of all
   * vantages; publish folds the histories of up to 1,000 endpoints; CPU comes with it and shortens them by as much.
   */
  readonly memory: number;
  readonly timeoutSeconds: number;
  /** Keys in the run bucket, as in lib/service/runs/keys.ts. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

const PLAN = 'runs/*/plan.json';
const BATCHES = 'runs/*/batches/*';
const RAW = 'runs/*/raw/*';
/** What vantages tell before they answer. */
export const EARLY = 'runs/*/early/*';
const JUDGED = 'runs/*/judged/*';
const REPORTS = 'runs/*/report.*';
export const LISTENER_SECRET = `${LISTENER_SECRETS}*`;

const steps: Readonly<Record<StepName, Step>> = {
  plan: {
    description: 'Says which targets may be probed, and by which vantage each endpoint is',
    memory: 512,
    timeoutSeconds: STEP_TIMEOUT_S,
    reads: [PLAN],
    writes: [PLAN, BATCHES],
  },
  dispatcher: {
    description: 'Invokes the prober of one vantage in its region and keeps what it saw',
    memory: 512,
    timeoutSeconds: DISPATCHER_TIMEOUT_S,
    reads: [BATCHES, LISTENER_SECRET],
    // The second by an address that it gives to one prober.
    writes: [RAW, EARLY],
  },
  judge: {
    description: 'Judges what all vantages saw, and names what must be confirmed',
    memory: 1_024,
    timeoutSeconds: STEP_TIMEOUT_S,
    // The findings of the attempt before: they say what was asked in a confirmation.
    reads: [PLAN, RAW, EARLY, JUDGED],
    writes: [BATCHES, JUDGED],
  },
  report: {
    description: 'Writes the reports of a run to the bucket',
    memory: 1_024,
    timeoutSeconds: STEP_TIMEOUT_S,
    reads: [PLAN, JUDGED],
    writes: [REPORTS],
  },
  publish: {
    description:
      'Writes the state of the targets to the table, never over a newer one, and tells what changed',
    memory: 512,
    timeoutSeconds: STEP_TIMEOUT_S,
    reads: [REPORTS],
    writes: [],
  },
};

export interface RunFunctionsProps {
  readonly configuration: FleetConfiguration;
  readonly vantages: readonly PlannedVantage[];
  readonly storage: RunStorage;
  readonly signingKey: Key;
  /** Gets the changes that runs show. */
  readonly bus: EventBus;
  /** Where vantages learn their source addresses; absent: the API says it (`allowReflecting`). */
  readonly reflectorUrl?: string;
}

export function addRunFunctions(scope: Construct, props: RunFunctionsProps): Record<StepName, NodeFunction> {
  const { configuration, storage } = props;
  const add = (
    name: StepName,
    environment: Record<string, string> = {},
    more: Pick<NodeFunctionProps, 'roleName'> = {},
  ): NodeFunction => {
    const { description, memory, timeoutSeconds, reads, writes } = steps[name];
    const added = new NodeFunction(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      functionName: `${configuration.fleetName}-${name}`,
      source: name,
      description,
      memory,
      timeoutSeconds,
      logRetentionDays: configuration.logRetentionDays,
      traced: true,
      environment: { RUN_BUCKET: storage.bucket.bucketName, ...environment },
      ...more,
    });
    allowObjects(added, storage, 's3:GetObject', reads);
    allowObjects(added, storage, 's3:PutObject', writes);
    return added;
  };
  const TABLE_NAME = storage.table.tableName;
  const RETENTION_DAYS = String(configuration.retentionDays);
  const FLEET = fleetVariable(configuration);
  const functions = {
    plan: add('plan', {
      TABLE_NAME,
      FLEET,
      RETENTION_DAYS,
      ...rateVariables(configuration),
      ...(props.reflectorUrl !== undefined && { REFLECTOR: props.reflectorUrl }),
    }),
    dispatcher: add(
      'dispatcher',
      {},
      configuration.accountVantages.length > 0 ? { roleName: dispatcherRoleName(configuration) } : {},
    ),
    judge: add('judge'),
    report: add('report', { TABLE_NAME, SIGNING_KEY: props.signingKey.keyArn }),
    publish: add('publish', {
      TABLE_NAME,
      RETENTION_DAYS,
      EVENT_BUS: props.bus.eventBusName,
      FLEET_NAME: configuration.fleetName,
    }),
  };
  allowProbers(functions.dispatcher, props.vantages);
  allowSigning(functions.report, props.signingKey);
  allowTable(functions.plan, storage, ['dynamodb:GetItem', 'dynamodb:BatchGetItem']);
  // Registers the run, and can't register a target: the proof that the fleet may probe it is written elsewhere.
  allowTable(functions.plan, storage, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], `${PARTITION.run}*`);
  // Counts the runs of an hour, by target and by requester.
  allowTable(functions.plan, storage, ['dynamodb:UpdateItem'], `${PARTITION.rate}*`);
  for (const one of [functions.plan, functions.dispatcher]) allowReadingStop(one, storage);
  // What the runs before had seen of its targets.
  const shown = [`${PARTITION.state}*`, `${PARTITION.acknowledged}*`];
  allowTable(functions.report, storage, ['dynamodb:GetItem'], ...shown);
  props.bus.grantPutEventsTo(functions.publish.role);
  // It reads what people outside' servers said, so it writes what runs saw and nothing else: no target with its proofs,
  // no schedule, no webhook, no link, no count.
  allowTable(
    functions.publish,
    storage,
    ['dynamodb:GetItem', 'dynamodb:PutItem'],
    `${PARTITION.state}*`,
    `${PARTITION.source}*`,
  );
  // Whether the target is registered, and whether it is in maintenance.
  allowTable(
    functions.publish,
    storage,
    ['dynamodb:GetItem'],
    `${PARTITION.target}*`,
    `${PARTITION.schedule}*`,
  );
  allowTable(functions.publish, storage, ['dynamodb:UpdateItem'], `${PARTITION.run}*`);
  return functions;
}

/** Vantages learn their source addresses from the API: the plan makes a token for each question, and the API takes it. */
export function allowReflecting({
  plan,
  api,
  storage,
}: {
  readonly plan: NodeFunction;
  readonly api: { readonly function: NodeFunction; readonly sourceUrl: string };
  readonly storage: RunStorage;
}): void {
  plan.lambda.addEnvironment('REFLECTOR_API', api.sourceUrl);
  allowTable(plan, storage, ['dynamodb:PutItem'], `${PARTITION.reflect}*`);
  allowTable(api.function, storage, ['dynamodb:DeleteItem'], `${PARTITION.reflect}*`);
}

/** As `rateLimits` of lib/aws/environment.ts reads them. */
export const rateVariables = (configuration: FleetConfiguration): Record<string, string> => ({
  RUNS_PER_TARGET: String(configuration.runsPerTargetHour),
  RUNS_PER_REQUESTER: String(configuration.runsPerRequesterHour),
});

export function allowObjects(
  to: NodeFunction,
  { bucket }: RunStorage,
  action: string,
  keys: readonly string[],
): void {
  if (keys.length === 0) return;
  const resources = keys.map((key) => bucket.arnForObjects(key));
  to.role.addToPolicy(new PolicyStatement({ actions: [action], resources }));
  for (const arn of resources)
    acknowledgeWildcard(
      to.role,
      arn,
      'One kind of object, of whatever run: run ids are not known beforehand',
    );
}

/** `partitions`: patterns of the partition keys; none: all. */
export function allowTable(
  to: NodeFunction,
  { table }: RunStorage,
  actions: string[],
  ...partitions: string[]
): void {
  to.role.addToPolicy(
    new PolicyStatement({
      actions,
      resources: [table.tableArn],
      ...(partitions.length > 0 && {
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
      }),
    }),
  );
}

/**
 * The probers of this fleet and no other function, each by its full name; those of other accounts by assuming the role
 * that each has there.
 */
export function allowProbers(to: NodeFunction, vantages: readonly PlannedVantage[]): void {
  const roles = vantages.flatMap(({ facts }) => facts.invokeAs?.role ?? []);
  if (roles.length > 0)
    to.role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: roles }));
  const own = vantages.filter(({ elsewhere }) => elsewhere === undefined);
  to.role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: own.map(({ facts }) =>
        Stack.of(to).formatArn({
          service: 'lambda',
          region: facts.region,
          resource: 'function',
          resourceName: facts.functionName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    }),
  );
}
