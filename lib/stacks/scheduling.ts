/**
 * Schedules: EventBridge Scheduler calls the starter, which starts a run; the watchdog looks whether the runs came. The
 * schedules themselves are made by the API, in a group that is this fleet's alone.
 */

import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { LISTED_INDEX } from '../aws/table-layout.ts';
import { WAKE } from '../service/schedule/wake.ts';
import { LISTED, PARTITION } from '../service/state/keys.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FleetConfiguration } from './configuration.ts';
import { addDeadLetters } from './dead-letters.ts';
import { allowReadingStop } from './kill-switch.ts';
import { NodeFunction } from './node-function.ts';
import { allowProbers, allowTable } from './run-functions.ts';
import type { RunStorage } from './storage.ts';
import { fleetVariable, type PlannedVantage } from './vantages.ts';

export interface SchedulingProps {
  readonly configuration: FleetConfiguration;
  readonly storage: RunStorage;
  /** Those of the whole fleet. */
  readonly vantages: readonly PlannedVantage[];
  /** The state machine `check`. */
  readonly check: StateMachine;
  readonly bus: EventBus;
  /** Name of the function that looks for proofs of ownership. */
  readonly ownershipFunction: string;
}

/** The look-up of ownership may take 25 s; the rest is tens of milliseconds. */
const STARTER_TIMEOUT_S = 60;
/** Some thousand schedules, eight at a time. */
const WATCHDOG_TIMEOUT_S = 120;
/** What is later than the next run is not worth it. */
const MAX_AGE = Duration.minutes(15);

export class Scheduling extends Construct {
  readonly starter: NodeFunction;
  readonly watchdog: NodeFunction;
  /** Due runs that could not be started. */
  readonly deadLetters: Queue;
  private readonly role: Role;
  private readonly group: string;

  constructor(scope: Construct, id: string, props: SchedulingProps) {
    super(scope, id);
    this.group = props.configuration.fleetName;
    const group = new CfnScheduleGroup(this, 'Group', { name: this.group });
    this.deadLetters = addDeadLetters(this, 'the schedules and of the starter');
    this.starter = this.addStarter(props);
    this.watchdog = this.addWatchdog(props);
    this.role = new Role(this, 'Role', {
      description: `${this.group}: what schedules may do: invoke the starter, and say that it could not be reached`,
      // Not on behalf of a schedule of another group or account ("Prevent the confused deputy").
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.starter.lambda.functionArn],
      }),
    );
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
  }

  /** What the API needs to know. */
  get environment(): Record<string, string> {
    return {
      SCHEDULE_GROUP: this.group,
      STARTER_ARN: this.starter.lambda.functionArn,
      SCHEDULE_ROLE_ARN: this.role.roleArn,
      SCHEDULE_DEAD_LETTERS_ARN: this.deadLetters.queueArn,
    };
  }

  /** What the API needs to set, change and remove schedules and maintenance windows. */
  allowScheduling(to: NodeFunction, storage: RunStorage): void {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group}/*`,
    });
    to.role.addToPolicy(
      new PolicyStatement({
        actions: [
          'scheduler:CreateSchedule',
          'scheduler:UpdateSchedule',
          'scheduler:DeleteSchedule',
          'scheduler:GetSchedule',
        ],
        resources: [schedules],
      }),
    );
    acknowledgeWildcard(to.role, schedules, 'Schedules of this fleet’s own group, one for each target');
    to.role.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
    allowTable(to, storage, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], `${PARTITION.schedule}*`);
    // What was started and found goes with the schedule.
    allowTable(to, storage, ['dynamodb:DeleteItem'], `${PARTITION.started}*`, `${PARTITION.watched}*`);
    allowListing(to, storage);
    allowReadingStop(to, storage);
  }

  private addStarter({ configuration, storage, check, ownershipFunction }: SchedulingProps): NodeFunction {
    const starter = new NodeFunction(this, 'Starter', {
      functionName: `${this.group}-starter`,
      source: 'starter',
      description: 'Starts the run of a target that is due, once',
      memory: 256,
      timeoutSeconds: STARTER_TIMEOUT_S,
      logRetentionDays: configuration.logRetentionDays,
      traced: true,
      environment: {
        RUN_BUCKET: storage.bucket.bucketName,
        TABLE_NAME: storage.table.tableName,
        RETENTION_DAYS: String(configuration.retentionDays),
        CHECK_MACHINE: check.stateMachineArn,
        OWNERSHIP_FUNCTION: ownershipFunction,
      },
    });
    starter.lambda.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: MAX_AGE,
      onFailure: new SqsDestination(this.deadLetters),
    });
    // The proofs of a target, which are looked for once more before its run, and what it started.
    const own = [`${PARTITION.target}*`, `${PARTITION.started}*`];
    allowTable(starter, storage, ['dynamodb:GetItem', 'dynamodb:PutItem'], ...own);
    allowTable(starter, storage, ['dynamodb:GetItem'], `${PARTITION.schedule}*`);
    allowReadingStop(starter, storage);
    starter.role.addToPolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [check.stateMachineArn] }),
    );
    starter.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [
          Stack.of(this).formatArn({
            service: 'lambda',
            resource: 'function',
            resourceName: ownershipFunction,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    return starter;
  }

  private addWatchdog({ configuration, storage, check, bus, vantages }: SchedulingProps): NodeFunction {
    const watchdog = new NodeFunction(this, 'Watchdog', {
      functionName: `${this.group}-watchdog`,
      source: 'watchdog',
      description:
        'Finds scheduled runs that did not come, or ended without a result, and reminds of open alerts',
      memory: 256,
      timeoutSeconds: WATCHDOG_TIMEOUT_S,
      logRetentionDays: configuration.logRetentionDays,
      traced: true,
      environment: {
        RUN_BUCKET: storage.bucket.bucketName,
        TABLE_NAME: storage.table.tableName,
        RETENTION_DAYS: String(configuration.retentionDays),
        CHECK_MACHINE: check.stateMachineArn,
        EVENT_BUS: bus.eventBusName,
        FLEET_NAME: configuration.fleetName,
        HEARTBEAT_MINUTES: String(configuration.heartbeatMinutes),
        REMINDER_HOURS: String(configuration.reminderHours),
        FLEET: fleetVariable(configuration),
      },
    });
    allowListing(watchdog, storage, LISTED.alert);
    allowTable(watchdog, storage, ['dynamodb:GetItem', 'dynamodb:PutItem'], `${PARTITION.watched}*`);
    allowTable(
      watchdog,
      storage,
      ['dynamodb:GetItem'],
      `${PARTITION.started}*`,
      `${PARTITION.run}*`,
      // Of alerts that are open: whether they are acknowledged, in maintenance, or of a target that is registered no more.
      `${PARTITION.acknowledged}*`,
      `${PARTITION.schedule}*`,
      `${PARTITION.target}*`,
    );
    allowReadingStop(watchdog, storage);
    bus.grantPutEventsTo(watchdog.role);
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${check.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    watchdog.role.addToPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
    );
    acknowledgeWildcard(
      watchdog.role,
      executions,
      'Executions of this one state machine, whose names are not known beforehand',
    );
    new Rule(this, 'Watch', {
      ruleName: `${this.group}-watchdog`,
      description: 'Looks whether scheduled runs came',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(watchdog.lambda, { retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
    });
    this.keepAwake(watchdog, configuration, vantages);
    return watchdog;
  }

  /** Lambda suspends a function in a VPC that is idle for some weeks; a run that calls one waits for minutes. */
  private keepAwake(
    watchdog: NodeFunction,
    { fleetName }: FleetConfiguration,
    vantages: readonly PlannedVantage[],
  ): void {
    const inVpc = vantages.filter(({ facts }) => facts.kind === 'lambda-vpc');
    if (inVpc.length === 0) return;
    allowProbers(watchdog, inVpc);
    new Rule(this, 'Wake', {
      ruleName: `${fleetName}-wake`,
      description: 'Keeps probers in a VPC awake',
      schedule: Schedule.rate(Duration.days(7)),
      targets: [
        new LambdaFunction(watchdog.lambda, {
          event: RuleTargetInput.fromObject(WAKE),
          retryAttempts: 2,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}

/** Schedules alone, and what else is named, of all that the index holds. */
function allowListing({ role }: NodeFunction, { table }: RunStorage, ...more: readonly string[]): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [`${table.tableArn}/index/${LISTED_INDEX}`],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [LISTED.schedule, ...more] } },
    }),
  );
}
