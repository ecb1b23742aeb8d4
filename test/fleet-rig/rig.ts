/**
 * The deployed fleet without AWS: everything that the synthesized templates describe, run on loopback. State machines
 * are interpreted from their definitions, functions run their bundles in processes of their own, and the real SDK
 * clients inside them talk over HTTP to a Lambda, an S3, a DynamoDB and an EventBridge that judge every request by the
 * rights of the role that makes it.
 */
import type { Assembly } from './assembly.ts';
import { startCloudFront } from './cloudfront.ts';
import { type Deployment, type Machine, type Principal, readDeployment } from './deployment.ts';
import { type Child, runDistributedMap } from './distributed-map.ts';
import { leadingKeys, startDynamoDb, type Table } from './dynamodb.ts';
import { type EventBus, startEventBus } from './event-bus.ts';
import { carryEvents, type Deliveries } from './event-rules.ts';
import type { Action, Front } from './front.ts';
import { createOperators, type Operators, startHttpApi, type TemporarySessions } from './http-api.ts';
import { createIntegrations } from './integrations.ts';
import { type Executed, execute, MAX_STATE_DATA, type Pace, sizeOf } from './interpreter.ts';
import { type Journal, openJournal } from './journal.ts';
import { type KeyService, startKms } from './kms.ts';
import { type DeployedFunction, type LambdaApi, startLambdaApi } from './lambda-api.ts';
import type { ApiRequest } from './loopback-server.ts';
import { refusal } from './policy.ts';
import { type ObjectStore, startS3 } from './s3.ts';
import { type SchedulerService, startScheduler } from './scheduler-api.ts';
import { type NotificationService, startSns } from './sns.ts';
import { type StatesApi, startStatesApi, type Watch } from './states-api.ts';
import { type Definition, isDistributed, type State } from './states-language.ts';
import { startSts } from './sts.ts';
import { createTaskTokens, type TaskTokens, TOKEN_IN_CONTEXT } from './task-tokens.ts';

export interface RigOptions {
  readonly assembly: Assembly;
  /** Bundle that probers run instead of the deployed one, which refuses loopback. */
  readonly proberBundle: string;
  /** Bundle that the notifier runs instead of the deployed one, which refuses loopback, too. */
  readonly notifierBundle?: string;
  /** Bundle that looks for proofs of ownership instead of the deployed one, which refuses loopback. */
  readonly ownershipBundle?: string;
  /** Variables of the rig's own bundles, which the deployed ones do not know. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Leads the command of a prober's processes, by region; to put it into a network namespace. */
  readonly prefix?: (region: string) => readonly string[] | undefined;
}

export interface Execution extends Executed {
  readonly name: string;
  readonly arn: string;
  /** Executions of a Distributed Map. */
  readonly children: readonly Child[];
}

export interface StartOptions {
  readonly pace?: Pace;
}

export interface Rig {
  readonly deployment: Deployment;
  readonly lambda: LambdaApi;
  readonly s3: ObjectStore;
  readonly table: Table;
  readonly bus: EventBus;
  readonly kms: KeyService;
  readonly sns: NotificationService;
  /** For roles of other accounts. */
  readonly sts: Front;
  /** What the rules of the bus bring to functions. */
  readonly deliveries: Deliveries;
  /** What the bus's rule writes to the log group. */
  readonly journal: Journal;
  /** Where links to reports lead, in place of the template's `ShareUrl`; empty when the fleet has none. */
  readonly linksUrl: string;
  /** The HTTP API, as the template's `ApiUrl`. */
  readonly api: { readonly url: string };
  /** Who may call it, each with one of the managed policies. */
  readonly operators: Operators;
  /** Who else may: by credentials that Cognito gives. */
  readonly sessions: TemporarySessions;
  /** Step Functions, for executions that the API and schedules start. */
  readonly states: StatesApi<Execution>;
  /** Tasks that wait for a token; a test says when they have waited too long. */
  readonly tokens: TaskTokens;
  /** EventBridge Scheduler; a test says when a schedule is due. */
  readonly scheduler: SchedulerService;
  /** Pace of those executions. */
  pace: Pace;
  /** The bucket of runs. */
  readonly bucket: string;
  /** Deployed bundle of the prober of a region. */
  readonly proberOf: (region: string) => DeployedFunction;
  /** Runs an execution to its end. `machine`: `check` or `sweep`. */
  start(machine: 'check' | 'sweep', name: string, input: unknown, options?: StartOptions): Promise<Execution>;
  stop(): Promise<void>;
}

/** Children of a sweep side by side. */
const CHILDREN_AT_A_TIME = 2;

export async function startRig(options: RigOptions): Promise<Rig> {
  const { assembly, proberBundle, notifierBundle, ownershipBundle, prefix, variables = {} } = options;
  const deployment = readDeployment(assembly);
  const { homeRegion, functions, machines, buckets, signingKeys, distribution } = deployment;
  const principals = new Map<string, Principal>(
    [
      ...functions,
      ...machines,
      ...deployment.rules,
      ...(distribution === undefined ? [] : [distribution]),
      deployment.api,
      ...scheduleRoles(deployment),
      ...deployment.assumable,
    ].map(({ principal }) => [principal.accessKeyId, principal]),
  );
  const authorise = (
    { caller }: ApiRequest,
    action: Action,
    keys: Readonly<Record<string, readonly string[]>> = {},
  ): string | undefined => {
    const principal = principals.get(caller?.accessKeyId ?? '');
    return principal === undefined
      ? 'The security token included in the request is invalid.'
      : refusal(principal.role, principal.rights, action, keys);
  };

  const s3 = await startS3(buckets, authorise);
  const table = await startDynamoDb(deployment.table, (request, action) =>
    authorise(request, action, {
      'dynamodb:LeadingKeys': leadingKeys(request, deployment.table.partitionKey),
    }),
  );
  const bus = await startEventBus(authorise);
  const kms = await startKms(signingKeys, authorise);
  const sns = await startSns(deployment.topics, authorise);
  const sts = await startSts(deployment.assumable, principals, authorise);
  const scheduler = await startScheduler(deployment.scheduler, authorise, () => lambda);
  const deployed = functions.map(({ principal: _, variables: __, ...one }): DeployedFunction => {
    const lead = isProber(one.name) ? prefix?.(one.region) : undefined;
    return {
      ...one,
      ...(isProber(one.name) && { code: { file: proberBundle, handler: 'handler' } }),
      ...(notifierBundle !== undefined &&
        one.name.endsWith('-notifier') && { code: { file: notifierBundle, handler: 'handler' } }),
      ...(ownershipBundle !== undefined &&
        one.name.endsWith('-ownership') && { code: { file: ownershipBundle, handler: 'handler' } }),
      ...(lead !== undefined && { prefix: lead }),
    };
  });
  const lambda = await startLambdaApi({
    functions: deployed,
    authorise: (request, { arn }) => authorise(request, { action: 'lambda:InvokeFunction', resource: arn }),
    environment(called) {
      const planned = functions.find(({ arn }) => arn === called.arn);
      if (planned === undefined) throw new Error(`${called.name} is not deployed`);
      return {
        ...planned.variables,
        ...variables,
        AWS_REGION: called.region,
        AWS_DEFAULT_REGION: called.region,
        AWS_LAMBDA_FUNCTION_NAME: called.name,
        ...credentialVariables(planned.principal),
        AWS_ENDPOINT_URL_LAMBDA: lambda.url,
        AWS_ENDPOINT_URL_STS: sts.url,
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ENDPOINT_URL_DYNAMODB: table.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
        AWS_ENDPOINT_URL_KMS: kms.url,
        AWS_ENDPOINT_URL_SNS: sns.url,
        AWS_ENDPOINT_URL_SFN: states.url,
        AWS_ENDPOINT_URL_SCHEDULER: scheduler.url,
        S3_FORCE_PATH_STYLE: 'true',
        // The template's is a name of CloudFront's.
        ...(planned.variables.SHARE_URL !== undefined && { SHARE_URL: linksUrl }),
        ...(planned.variables.REFLECTOR && { REFLECTOR: movedTo(linksUrl, planned.variables.REFLECTOR) }),
        ...(planned.variables.REFLECTOR_API && {
          REFLECTOR_API: movedTo(api.url, planned.variables.REFLECTOR_API),
        }),
      };
    },
  });

  const deliveries = carryEvents(bus, deployment.rules, lambda);
  const journal = openJournal(deployment.journal);
  bus.takers.push(journal.take);
  const links = distribution && (await startCloudFront(distribution, lambda));
  const linksUrl = links?.url ?? '';
  const operators = createOperators();
  const sessions: TemporarySessions = new Map();
  const api = await startHttpApi(deployment.api, operators, sessions, lambda);
  const tokens = createTaskTokens();
  const states = await startStatesApi<Machine, Execution>({
    machines,
    tokens,
    authorise,
    run: (machine, arn, name, input, watch) =>
      run(machine, machine.definition, arn, name, input, rig.pace, watch),
  });

  async function run(
    machine: Machine,
    definition: Definition,
    executionArn: string,
    name: string,
    input: unknown,
    pace: Pace,
    watch?: Watch,
  ): Promise<Execution> {
    const context = {
      Execution: {
        Id: executionArn,
        Name: name,
        RoleArn: machine.roleArn,
        ...(watch && { StartTime: watch.startTime }),
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
      Task: { Token: TOKEN_IN_CONTEXT },
    };
    const children: Child[] = [];
    const credentials = { accessKeyId: machine.principal.accessKeyId, secretAccessKey: 'rig' };
    const integrations = createIntegrations({
      region: homeRegion,
      credentials,
      lambdaUrl: lambda.url,
      eventsUrl: bus.url,
      tokens,
    });
    const distribute = async (stateName: string, state: State, given: unknown): Promise<unknown> => {
      const label = String(state.Label ?? stateName);
      const denied = refusal(machine.principal.role, machine.principal.rights, {
        action: 'states:StartExecution',
        resource: machine.arn,
      });
      if (denied !== undefined) throw new Error(denied);
      const { result, children: made } = await runDistributedMap({
        state,
        input: given,
        mapRunArn: `${machine.arn.replace(':stateMachine:', ':mapRun:')}/${label}:${name}`,
        s3: { url: s3.url, region: homeRegion, credentials },
        evaluate: async (template, on) => {
          const passed = await execute({
            definition: {
              StartAt: 'Evaluate',
              States: { Evaluate: { Type: 'Pass', Parameters: template, End: true } },
            },
            input: on,
            context,
            pace: {},
            task: neverATask,
          });
          return passed.output;
        },
        childrenAtATime: CHILDREN_AT_A_TIME,
        runChild: (child, childDefinition, batch) =>
          run(
            machine,
            childDefinition,
            `${machine.arn.replace(':stateMachine:', ':execution:')}/${label}:${child}`,
            child,
            batch,
            pace,
          ),
      });
      children.push(...made);
      return result;
    };
    try {
      const executed = await execute({
        definition,
        input,
        context,
        pace,
        ...(watch && {
          onEvent: watch.onEvent,
          onTaskFailed: watch.onTaskFailed,
          signal: watch.signal,
        }),
        task: (stateName, state, given) =>
          isDistributed(state)
            ? distribute(stateName, state, given)
            : integrations.carryOut(stateName, state, given, context),
      });
      return { ...executed, name, arn: executionArn, children };
    } finally {
      tokens.end(executionArn);
      integrations.stop();
    }
  }

  const proberOf = (region: string): DeployedFunction => {
    const found = deployed.find((one) => one.region === region && isProber(one.name));
    if (found === undefined) throw new Error(`no prober in ${region}`);
    return found;
  };
  const rig: Rig = {
    deployment,
    api,
    operators,
    sessions,
    states,
    tokens,
    scheduler,
    pace: {},
    lambda,
    s3,
    table,
    bus,
    kms,
    sns,
    sts,
    deliveries,
    journal,
    linksUrl,
    bucket: runBucket(deployment),
    proberOf,
    start(which, name, input, { pace = {} } = {}) {
      const machine = machines.find((one) => one.name.endsWith(`-${which}`));
      if (machine === undefined) throw new Error(`no state machine ${which}`);
      if (sizeOf(input) > MAX_STATE_DATA) throw new Error('InvalidExecutionInput: more than 256 KiB');
      const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
      return run(machine, machine.definition, arn, name, input, pace);
    },
    async stop() {
      await Promise.all([api.close(), states.close(), scheduler.close()]);
      await deliveries.settled();
      // Functions first: none is at work when the stores go.
      await Promise.all([links, lambda].map((service) => service?.close()));
      await Promise.all([s3, table, bus, kms, sns, sts].map((service) => service.close()));
    },
  };
  return rig;
}

/** The path of the template's address, at the server that takes its place. */
const movedTo = (origin: string, url: string): string => url.replace(/^(?:https:\/\/)?[^/]+/, origin);

/** Each with the key that the service has when it acts for a schedule. */
const scheduleRoles = ({ scheduler }: Deployment): { readonly principal: Principal }[] =>
  [...scheduler.roles.values()].map((principal) => ({ principal }));

const isProber = (name: string): boolean => name.includes('-prober-');

/** What Lambda puts into the environment of a function for its role. */
const credentialVariables = ({ accessKeyId }: Principal): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: 'rig',
  AWS_SESSION_TOKEN: 'rig',
});

function runBucket({ functions }: Deployment): string {
  const bucket = functions.find(({ variables }) => variables.RUN_BUCKET !== undefined)?.variables.RUN_BUCKET;
  if (bucket === undefined) throw new Error('no function has a RUN_BUCKET');
  return bucket;
}

function neverATask(): Promise<never> {
  throw new Error('a Pass state runs no task');
}
