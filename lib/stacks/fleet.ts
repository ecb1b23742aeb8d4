/** The whole fleet as CDK stacks: one control stack in the home region, one probe stack in each region with a vantage. */
import { Annotations, type App, Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { FleetConfiguration } from './configuration.ts';
import { ControlStack } from './control-stack.ts';
import { ProbeStack } from './probe-stack.ts';
import { DISTINCT_KM, nearPairs } from './regions.ts';
import { plannedVantages } from './vantages.ts';

export interface Fleet {
  readonly control: ControlStack;
  /** By region. */
  readonly probes: ReadonlyMap<string, ProbeStack>;
}

/** `account`: absent, the account of whoever deploys. */
export function addFleet(app: App, configuration: FleetConfiguration, account?: string): Fleet {
  const { fleetName, homeRegion } = configuration;
  const vantages = plannedVantages(configuration);
  const env = (region: string) => ({ region, ...(account === undefined ? {} : { account }) });
  const probes = new Map(
    [...new Set(vantages.map(({ facts }) => facts.region))].map((region) => [
      region,
      new ProbeStack(app, `${fleetName}-probe-${region}`, {
        env: env(region),
        description: `Inbound Check: vantages in ${region}`,
        configuration,
        vantages: vantages.filter(({ facts }) => facts.region === region),
      }),
    ]),
  );
  const control = new ControlStack(app, `${fleetName}-control`, {
    env: env(homeRegion),
    description: 'Inbound Check: runs, reports and alarms',
    configuration,
    vantages,
  });
  // Only an order of deployment, no export: a vantage is there before the plan knows of it.
  for (const probe of probes.values()) control.addStackDependency(probe);
  warnOfNearVantages(control, configuration.vantageRegions);
  bound(app, configuration.permissionsBoundary);
  Tags.of(app).add('inbound-check:fleet', fleetName);
  return { control, probes };
}

function warnOfNearVantages(stack: Stack, regions: readonly string[]): void {
  for (const { one, other, km } of nearPairs(regions))
    Annotations.of(stack).addWarningV2(
      'inbound-check:near-vantages',
      `${one} and ${other} are ${km} km apart: below ${DISTINCT_KM} km they hardly count as two points of view`,
    );
}

function bound(app: App, policy: string): void {
  if (policy === '') return;
  for (const stack of app.node.children)
    if (stack instanceof Stack)
      PermissionsBoundary.of(stack).apply(
        policy.startsWith('arn:')
          ? ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', policy)
          : ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', policy),
      );
}
