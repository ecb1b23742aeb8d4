/**
 * The package's `inbound-check/cdk`: a fleet within an app of one's own. bin/app.ts uses the same. What is exported here
 * names types of CDK alone, since the package has this file's declaration and no other (bin/build-cdk.mjs).
 */
import { App, Stack, Stage } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type IRole, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type PolicyName, policyName } from './api-policies.ts';
import { parseConfiguration } from './configuration.ts';
import type { ControlStack } from './control-stack.ts';
import { addFleet } from './fleet.ts';

/** A vantage with a fixed source address, which may use port 25 once AWS has lifted its block. */
export interface SmtpVantageProps {
  readonly region: string;
  /** Elastic IP that the account has already; goes with `address`. Default: the stack makes one. */
  readonly allocationId?: string | undefined;
  readonly address?: string | undefined;
  /** As `eu-central-1b`. Default: the first of the region. */
  readonly availabilityZone?: string | undefined;
  /** Judges IPv6, too. Default: false. */
  readonly ipv6?: boolean | undefined;
  /** Name for EHLO, whose A record is the Elastic IP. Default: none. */
  readonly ehloName?: string | undefined;
}

/** A vantage outside a VPC in another account, whose stack makes a role there that the dispatcher assumes. */
export interface AccountVantageProps {
  /** The vantage is called by it, after its region. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** What is told when the role is assumed. Default: nothing. */
  readonly externalId?: string | undefined;
}

/** A vantage in a VPC that has IPv6 alone. */
export interface Ipv6VantageProps {
  readonly region: string;
  /** As `eu-central-1b`. Default: the first of the region. */
  readonly availabilityZone?: string | undefined;
}

/** A company's own sign-in by SAML. */
export interface SamlFederationProps {
  readonly kind: 'saml';
  /** As it is called on the sign-in page. */
  readonly name: string;
  readonly metadataUrl: string;
}

/** A company's own sign-in by OpenID Connect. */
export interface OidcFederationProps {
  readonly kind: 'oidc';
  /** As it is called on the sign-in page. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** A secret of Secrets Manager in the home region. */
  readonly clientSecretName: string;
}

/** As the keys of the configuration in docs/deploy.md, which says more of each. */
export interface InboundCheckFleetProps {
  /** Account of all stacks. Default: that of the deployment's credentials. */
  readonly account?: string | undefined;
  /** Begins every fixed name. Default: `inbound-check`. */
  readonly fleetName?: string;
  /** Default: `eu-central-1`. */
  readonly homeRegion?: string;
  /** Default: `eu-central-1`, `eu-west-1`, `us-east-1`, `us-west-2`, `ap-southeast-1`. */
  readonly vantageRegions?: readonly string[];
  /** Regions that also get a vantage with a fixed address. Default: none. */
  readonly smtpVantages?: readonly (string | SmtpVantageProps)[];
  /** Vantages in other accounts; go with `homeAccount`. Default: none. */
  readonly accountVantages?: readonly AccountVantageProps[];
  /** The fleet's own account, which roles in other accounts trust. Default: `account`. */
  readonly homeAccount?: string;
  /** Regions of `vantageRegions` that also get a vantage which judges IPv6. Default: none. */
  readonly ipv6Vantages?: readonly (string | Ipv6VantageProps)[];
  /** Days that reports and records of runs are kept. Default: 400. */
  readonly retentionDays?: number;
  /** Days that logs are kept. Default: 30. */
  readonly logRetentionDays?: number;
  /** Who hears of alarms and changes. Default: nobody. */
  readonly alertEmail?: string;
  /** Name or ARN of a managed policy that bounds every role. Default: none. */
  readonly permissionsBoundary?: string;
  /** Alarm when no scheduled run has finished for so long; 0: none. Default: 1440. */
  readonly heartbeatMinutes?: number;
  /** Hours between two reminders of an alert that nobody has acknowledged; 0: none. Default: 4. */
  readonly reminderHours?: number;
  /** Executions of one prober at a time; 0: no bound. Default: 40. */
  readonly proberConcurrency?: number;
  /** Default: 60. */
  readonly runsPerTargetHour?: number;
  /** Default: 300. */
  readonly runsPerRequesterHour?: number;
  /** Links to reports, by CloudFront. Default: true. */
  readonly sharing?: boolean;
  /** Everyone may read at `/sources.json` of the links from where the fleet connects. Default: false. */
  readonly publicSources?: boolean;
  /** A name of one's own for links; goes with `shareCertificateArn`. Default: CloudFront's. */
  readonly shareDomain?: string;
  /** Certificate of that name, in us-east-1. */
  readonly shareCertificateArn?: string;
  /** Global AWS WAF web ACL before the links. Default: none. */
  readonly shareWebAclArn?: string;
  /** The console for people without AWS credentials, who sign in by Cognito. Default: false. */
  readonly console?: boolean;
  /** A name of one's own for the console; goes with `consoleCertificateArn`. Default: CloudFront's. */
  readonly consoleDomain?: string;
  /** Certificate of that name, in us-east-1. */
  readonly consoleCertificateArn?: string;
  /** Global AWS WAF web ACL before the console. Default: none. */
  readonly consoleWebAclArn?: string;
  /** Begins the address of the sign-in page. Default: the fleet's name and the account. */
  readonly consoleLoginPrefix?: string;
  /** Default: only users of the pool sign in. */
  readonly consoleFederation?: SamlFederationProps | OidcFederationProps | undefined;
  /** A name of one's own for the HTTP API; goes with `apiCertificateArn`. Default: API Gateway's. */
  readonly apiDomain?: string;
  /** Certificate of that name, in the home region. */
  readonly apiCertificateArn?: string;
  /** Whether the API answers under API Gateway's name, too. Default: true. */
  readonly apiDefaultEndpoint?: boolean;
  /** Of every resource, beside the fleet's own. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** US dollars a month; mails to `alertEmail` when most of it is spent, or more will be. Default: no budget. */
  readonly monthlyBudget?: number;
}

/**
 * Adds a control stack in the home region and a probe stack in each region with a vantage to an App or a Stage. Throws for
 * props that make no sense, with one line that names the prop.
 */
export class InboundCheckFleet extends Construct {
  readonly controlStack: Stack;
  /** By region; those in other accounts by the ids of their vantages. */
  readonly probeStacks: ReadonlyMap<string, Stack>;
  /** What `INBOUND_CHECK_API` and `--api` take; without a slash at the end. */
  readonly apiUrl: string;
  /** Where links to reports lead; absent without `sharing`. */
  readonly shareUrl: string | undefined;
  /** Where the console is; absent without `console`. */
  readonly consoleUrl: string | undefined;
  /** Reports, raw observations, lists of sweeps. */
  readonly runBucket: IBucket;
  /** Targets, schedules, latest states. */
  readonly table: ITableV2;
  /** Ends of runs and changes: docs/events.md. */
  readonly eventBus: IEventBus;
  /** Alarms and changes. */
  readonly alertTopic: ITopic;
  /** Signs the reports. */
  readonly signingKey: IKey;
  readonly checkMachine: IStateMachine;
  readonly sweepMachine: IStateMachine;
  readonly #control: ControlStack;
  readonly #policy: (name: PolicyName) => string;

  constructor(scope: Construct, id: string, props: InboundCheckFleetProps = {}) {
    super(scope, id);
    if (!(App.isApp(scope) || Stage.isStage(scope)))
      throw new Error(
        'InboundCheckFleet makes stacks in several regions: give it an App or a Stage as its scope',
      );
    const { account, ...given } = props;
    // Roles of other accounts have to know it, so there it is part of the configuration.
    const chosen =
      given.accountVantages?.length && account !== undefined ? { homeAccount: account, ...given } : given;
    const configuration = parseConfiguration((key) => (chosen as Readonly<Record<string, unknown>>)[key]);
    if (!configuration.ok)
      throw new Error(`InboundCheckFleet: ${configuration.message.replace(/^context /, '')}`);
    // In the scope itself, so that stacks are called as docs/deploy.md calls them.
    const { control, probes } = addFleet(scope, configuration.value, account);
    const { fleetName, homeRegion } = configuration.value;
    this.controlStack = control;
    this.probeStacks = probes;
    this.apiUrl = control.api.url;
    this.shareUrl = control.shareUrl;
    this.consoleUrl = control.consoleUrl;
    this.runBucket = control.storage.bucket;
    // CDK's own types don't hold up to exactOptionalPropertyTypes.
    this.table = control.storage.table as ITableV2;
    this.eventBus = control.bus as IEventBus;
    this.alertTopic = control.topic;
    this.signingKey = control.signingKey;
    this.checkMachine = control.check as IStateMachine;
    this.sweepMachine = control.sweep as IStateMachine;
    this.#control = control;
    this.#policy = (name) => policyName(fleetName, name, homeRegion);
  }

  /** Everything: runs, targets, schedules, shares, alerts, the kill switch. */
  grantOperator(role: IRole): void {
    this.#grant(role, 'operator');
  }

  /** Validates a host for a ticket, follows runs, fetches and shares reports; changes no target. */
  grantSupport(role: IRole): void {
    this.#grant(role, 'support');
  }

  /** Reads, and starts nothing. */
  grantReader(role: IRole): void {
    this.#grant(role, 'reader');
  }

  #grant(role: IRole, name: PolicyName): void {
    // A role that CloudFormation doesn't make is given the policy by the policy.
    if (!(role instanceof Role)) {
      this.#control.api.policies.get(name)?.attachToRole(role);
      return;
    }
    // By its name: the role's stack may be in another region, and may also use the fleet's outputs.
    role.addManagedPolicy(
      ManagedPolicy.fromManagedPolicyName(role, `${this.node.id}-${name}`, this.#policy(name)),
    );
    const stack = Stack.of(role);
    if (stack !== this.#control) stack.addStackDependency(this.#control);
  }
}
