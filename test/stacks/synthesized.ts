/** The fleet's templates, synthesized in this process without bundling, which the stacks don't depend on. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { type FleetConfiguration, parseConfiguration } from '../../lib/stacks/configuration.ts';
import { addFleet, type Fleet } from '../../lib/stacks/fleet.ts';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** The context of cdk.json. */
export const ownContext = CdkJson.parse(
  JSON.parse(readFileSync(fileURLToPath(new URL('../../cdk.json', import.meta.url)), 'utf8')),
).context;

/** The flag by which CDK fails a synthesis for what CloudFormation would refuse. */
export const VALIDATE = '@aws-cdk/core:validateAgainstDefaultRules';

export interface Synthesized extends Fleet {
  readonly app: App;
  readonly configuration: FleetConfiguration;
  readonly controlTemplate: Template;
  probeTemplate(region: string): Template;
  /** Of all stacks, as they would be deployed. */
  readonly templates: ReadonlyMap<string, Record<string, unknown>>;
}

/**
 * `context`: on top of cdk.json's. `validated`: by CDK's own rules of what CloudFormation takes, which needs seconds;
 * it throws for a finding.
 */
export function synthesize(
  context: Readonly<Record<string, unknown>> = {},
  { validated = false } = {},
): Synthesized {
  const app = new App({
    context: {
      ...ownContext,
      ...context,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:enable-path-metadata': false,
    },
    analyticsReporting: false,
    builtinCloudFormationValidation: validated,
  });
  const configuration = parseConfiguration((key) => app.node.tryGetContext(key));
  if (!configuration.ok) throw new Error(configuration.message);
  const fleet = addFleet(app, configuration.value);
  app.synth();
  return {
    ...fleet,
    app,
    configuration: configuration.value,
    controlTemplate: Template.fromStack(fleet.control),
    probeTemplate: (region) => {
      const stack = fleet.probes.get(region);
      if (stack === undefined) throw new Error(`no probe stack in ${region}`);
      return Template.fromStack(stack);
    },
    templates: new Map(
      app.node.children
        .filter((child): child is Stack => child instanceof Stack)
        .map((stack) => [stack.stackName, Template.fromStack(stack).toJSON() as Record<string, unknown>]),
    ),
  };
}

/** With everything that a configuration can add: a vantage with a fixed address, one with IPv6 alone, an address for alerts, a boundary. */
export const FULL_CONTEXT = {
  smtpVantages: ['eu-central-1'],
  ipv6Vantages: ['us-west-2'],
  alertEmail: 'operations@example.com',
} as const;

let full: Synthesized | undefined;
/** Synthesized once in each test file that asks for it. */
export const fullFleet = (): Synthesized => (full ??= synthesize(FULL_CONTEXT));

let plain: Synthesized | undefined;
/** The same of cdk.json as it is. */
export const plainFleet = (): Synthesized => (plain ??= synthesize());
