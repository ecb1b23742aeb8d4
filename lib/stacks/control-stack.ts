/** The home region: the steps of a run, its state machines, its store, and what watches over them. */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { JsonPath, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Alerts } from './alerts.ts';
import { Api } from './api.ts';
import { addBudget } from './budget.ts';
import type { FleetConfiguration } from './configuration.ts';
import { useOwnFlags } from './feature-flags.ts';
import { FleetConsole } from './fleet-console.ts';
import { addLinkRuns } from './link-runs.ts';
import { Notifications } from './notifications.ts';
import { Observability } from './observability.ts';
import { allowOperating, operatingVariables } from './operating.ts';
import { addOwnershipFunction } from './ownership.ts';
import { runChain } from './run-chain.ts';
import { addRunFunctions, allowReflecting } from './run-functions.ts';
import { RunJournal } from './run-journal.ts';
import { addRunMachine } from './run-machine.ts';
import { Scheduling } from './scheduling.ts';
import { allowSharing, Sharing } from './sharing.ts';
import { addSigningKey, allowSigning } from './signing-key.ts';
import { addSiteFunction, addSiteQueue } from './site-vantages.ts';
import { RunStorage } from './storage.ts';
import { MAP_LABEL, sweepChain } from './sweep-chain.ts';
import { LISTS_PREFIX, RESULTS_PREFIX } from './sweep-objects.ts';
import type { PlannedVantage } from './vantages.ts';

/** Longer than six attempts of four minutes with pauses of ten between them: who reaches it hangs. */
const CHECK_TIMEOUT = Duration.hours(2);
/** A sweep of 100,000 targets at the rate of docs/cost.md. */
const SWEEP_TIMEOUT = Duration.hours(12);

export interface ControlStackProps extends StackProps {
  readonly configuration: FleetConfiguration;
  /** Those of the whole fleet. */
  readonly vantages: readonly PlannedVantage[];
}

export class ControlStack extends Stack {
  readonly check: StateMachine;
  readonly sweep: StateMachine;
  readonly api: Api;
  readonly storage: RunStorage;
  readonly bus: EventBus;
  readonly topic: Topic;
  readonly signingKey: Key;
  /** Absent: without links. */
  readonly shareUrl?: string;
  /** Absent: without a console. */
  readonly consoleUrl?: string;

  constructor(scope: Construct, id: string, { configuration, vantages, ...props }: ControlStackProps) {
    super(scope, id, props);
    useOwnFlags(this);
    const { fleetName, logRetentionDays, retentionDays } = configuration;
    const storage = new RunStorage(this, 'Storage', { retentionDays, logRetentionDays });
    const journal = new RunJournal(this, 'Journal', { fleetName, logRetentionDays });
    const alerts = new Alerts(this, 'Alerts', { email: configuration.alertEmail });
    if (configuration.monthlyBudget > 0) addBudget(this, 'Budget', configuration);
    const signingKey = addSigningKey(this, 'ReportKey');
    const sharing = configuration.sharing
      ? new Sharing(this, 'Sharing', { configuration, storage })
      : undefined;
    const notifications = new Notifications(this, 'Notifications', {
      fleetName,
      logRetentionDays,
      table: storage.table,
      bus: journal.bus,
      topic: alerts.topic,
      topicKey: alerts.key,
    });
    const steps = addRunFunctions(this, {
      configuration,
      vantages,
      storage,
      signingKey,
      bus: journal.bus,
      ...(sharing && { reflectorUrl: sharing.reflectorUrl }),
    });
    const functions = {
      plan: steps.plan.lambda,
      dispatcher: steps.dispatcher.lambda,
      judge: steps.judge.lambda,
      report: steps.report.lambda,
      publish: steps.publish.lambda,
    };
    const sites = { configuration, storage };
    const queue = addSiteQueue(this, sites);
    const common = { functions: { ...functions, queue: queue.lambda }, bus: journal.bus, fleetName };
    const machine = { functions: Object.values(common.functions), logRetentionDays };
    this.check = addRunMachine(this, 'Check', {
      ...machine,
      name: `${fleetName}-check`,
      comment: 'Checks a request of up to 100 targets from all vantages',
      timeout: CHECK_TIMEOUT,
      start: runChain(new Construct(this, 'CheckStates'), {
        ...common,
        request: JsonPath.objectAt('$'),
        refused: 'succeeded',
      }),
    });
    this.sweep = addRunMachine(this, 'Sweep', {
      ...machine,
      name: `${fleetName}-sweep`,
      comment: 'Checks thousands of targets from a list in the run bucket',
      timeout: SWEEP_TIMEOUT,
      distributed: {
        label: MAP_LABEL,
        objects: [LISTS_PREFIX, RESULTS_PREFIX].map((prefix) => storage.bucket.arnForObjects(`${prefix}/*`)),
      },
      start: sweepChain(new Construct(this, 'SweepStates'), { ...common, bucket: storage.bucket }),
    });
    const site = addSiteFunction(this, { ...sites, check: this.check, sweep: this.sweep });
    const scheduling = new Scheduling(this, 'Scheduling', {
      configuration,
      storage,
      vantages,
      check: this.check,
      bus: journal.bus,
      ownershipFunction: `${fleetName}-ownership`,
    });
    if (sharing) addLinkRuns(this, { configuration, storage, check: this.check, signingKey });
    const ownership = addOwnershipFunction(this, configuration);
    const operating = { configuration, storage, ownership, check: this.check, sweep: this.sweep };
    const fleetConsole = configuration.console ? new FleetConsole(this, 'Console', configuration) : undefined;
    const api = new Api(this, 'Api', {
      configuration,
      storage,
      check: this.check,
      site,
      // What the handlers of each part need in addition to runs and table: a line here, and the rights below.
      environment: {
        NOTIFIER_FUNCTION: notifications.notifier.lambda.functionName,
        ...(sharing && { SHARE_URL: sharing.url }),
        ...scheduling.environment,
        SIGNING_KEY: signingKey.keyArn,
        ...operatingVariables(operating),
        ...fleetConsole?.environment,
      },
      ...(fleetConsole && { consoleUrl: fleetConsole.url }),
      grants: [
        (to) => notifications.allowWebhooks(to, storage.table),
        // Without sharing, too: links that were made before are still listed and closed.
        (to) => allowSharing(to, storage),
        (to) => scheduling.allowScheduling(to, storage),
        (to) => allowSigning(to, signingKey),
        (to) => allowOperating(to, operating),
      ],
    });
    if (sharing === undefined) allowReflecting({ plan: steps.plan, api, storage });
    this.api = api;
    this.storage = storage;
    this.bus = journal.bus;
    this.topic = alerts.topic;
    this.signingKey = signingKey;
    if (sharing) this.shareUrl = sharing.url;
    if (fleetConsole) {
      this.consoleUrl = fleetConsole.url;
      fleetConsole.open(api);
    }
    new Observability(this, 'Observability', {
      fleetName,
      machines: { check: this.check, sweep: this.sweep },
      functions,
      api: api.function.lambda,
      sites: { site: site.lambda, queue: queue.lambda },
      ...(sharing && { share: sharing.share.lambda }),
      vantages,
      deadLetters: journal.deadLetters,
      notifications,
      scheduling,
      scheduledRunsFinished: journal.scheduledRunsFinished,
      heartbeatMinutes: configuration.heartbeatMinutes,
      topic: alerts.topic,
    });
    for (const [name, value] of Object.entries({
      ApiUrl: api.url,
      ...(api.domainTarget !== undefined && { ApiDomainTarget: api.domainTarget }),
      CheckMachine: this.check.stateMachineArn,
      SweepMachine: this.sweep.stateMachineArn,
      RunBucket: storage.bucket.bucketName,
      Table: storage.table.tableName,
      EventBus: journal.bus.eventBusName,
      AlertTopic: alerts.topic.topicArn,
      ...(sharing && { ShareUrl: sharing.url }),
      ...(fleetConsole && { ConsoleUrl: fleetConsole.url, ConsoleUserPool: fleetConsole.userPoolId }),
      SigningKey: signingKey.keyArn,
    }))
      new CfnOutput(this, name, { value });
  }
}
