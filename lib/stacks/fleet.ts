/** The whole fleet as CDK stacks: one control stack in the home region, one probe stack in each region with a vantage. */
import { Annotations, type Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FleetConfiguration } from './configuration.ts';
import { ControlStack } from './control-stack.ts';
import { ProbeStack } from './probe-stack.ts';
import { DISTINCT_KM, nearPairs } from './regions.ts';
import { addTags } from './tags.ts';
import { type PlannedVantage, plannedVantages } from './vantages.ts';

export interface Fleet {
  readonly control: ControlStack;
  /** By region; those in other accounts by the ids of their vantages. */
  readonly probes: ReadonlyMap<string, ProbeStack>;
}

/** @param scope an App or a Stage. @param account absent: `homeAccount`, else that of the deployment's credentials */
export function addFleet(scope: Construct, configuration: FleetConfiguration, account?: string): Fleet {
  const { fleetName, homeRegion } = configuration;
  const home = configuration.homeAccount || account;
  const vantages = plannedVantages(configuration);
  const env = (region: string, of = home) => ({ region, ...(of === undefined ? {} : { account: of }) });
  const stackOf = ({ facts, elsewhere }: PlannedVantage): string =>
    elsewhere === undefined ? facts.region : facts.id;
  const probes = new Map(
    [...new Set(vantages.map(stackOf))].map((name) => {
      const its = vantages.filter((vantage) => stackOf(vantage) === name);
      const elsewhere = its[0]?.elsewhere;
      const stack = new ProbeStack(scope, `${fleetName}-probe-${name}`, {
        env: env(elsewhere?.region ?? name, elsewhere?.account),
        description: `Inbound Check: vantages in ${name}`,
        configuration,
        vantages: its,
      });
      return [name, stack];
    }),
  );
  const control = new ControlStack(scope, `${fleetName}-control`, {
    env: env(homeRegion),
    // To destroy a probe stack takes it along, unless that is said otherwise: it must not go by a slip.
    terminationProtection: true,
    description: 'Inbound Check: runs, reports and alarms',
    configuration,
    vantages,
  });
  // Only an order of deployment, no export: a vantage is there before the plan knows of it.
  // Not of stacks in other accounts, for which the deployment may have no credentials.
  const others = new Set(vantages.filter(({ elsewhere }) => elsewhere !== undefined).map(stackOf));
  for (const [name, probe] of probes) if (!others.has(name)) control.addStackDependency(probe);
  warnOfNearVantages(control, configuration.vantageRegions);
  if (configuration.alertEmail === '')
    Annotations.of(control).addWarningV2(
      'inbound-check:nobody-alerted',
      'alertEmail is empty: no mail is sent for alarms, and a subscription that an earlier deployment made by it is removed. Put it into cdk.json, so that no deployment goes without',
    );
  // Each by itself: the app may hold stacks that are not the fleet's.
  for (const stack of [...probes.values(), control]) {
    bound(stack, configuration.permissionsBoundary);
    addTags(stack, configuration);
  }
  return { control, probes };
}

function warnOfNearVantages(stack: Stack, regions: readonly string[]): void {
  for (const { one, other, km } of nearPairs(regions))
    Annotations.of(stack).addWarningV2(
      'inbound-check:near-vantages',
      `${one} and ${other} are ${km} km apart: below ${DISTINCT_KM} km they hardly count as two points of view`,
    );
}

function bound(stack: Stack, policy: string): void {
  if (policy !== '')
    PermissionsBoundary.of(stack).apply(
      policy.startsWith('arn:')
        ? ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', policy)
        : ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', policy),
    );
}
