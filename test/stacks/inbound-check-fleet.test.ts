/** The construct that others put into their own apps; what bin/app.ts makes of it is tested by all other files here. */
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type { FleetConfiguration } from '../../lib/stacks/configuration.ts';
import { FEATURE_FLAGS } from '../../lib/stacks/feature-flags.ts';
import { InboundCheckFleet, type InboundCheckFleetProps } from '../../lib/stacks/inbound-check-fleet.ts';
import { ownContext, plainFleet } from './synthesized.ts';

/** An app that has nothing of our cdk.json; functions are not bundled. */
const foreignApp = (): App =>
  new App({
    context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': false },
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
const VANTAGES = { vantageRegions: ['eu-west-1'] };

describe('InboundCheckFleet', () => {
  it('takes what the configuration takes', () => {
    expectTypeOf<keyof InboundCheckFleetProps>().toEqualTypeOf<
      keyof z.input<typeof FleetConfiguration> | 'account'
    >();
    expectTypeOf<z.output<typeof FleetConfiguration>>().toExtend<InboundCheckFleetProps>();
  });

  it('makes the templates of bin/app.ts in an app without its context', () => {
    const fleet = new InboundCheckFleet(foreignApp(), 'Fleet');
    const stacks = [...fleet.probeStacks.values(), fleet.controlStack];
    expect(stacks).toHaveLength(6);
    for (const stack of stacks)
      expect(Template.fromStack(stack).toJSON(), stack.stackName).toEqual(
        plainFleet().templates.get(stack.stackName),
      );
  });

  it('sets each feature flag of cdk.json for its own stacks', () => {
    const flags = Object.entries(ownContext).filter(([key]) => key.startsWith('@aws-cdk/'));
    expect(FEATURE_FLAGS).toEqual(Object.fromEntries(flags));
  });

  it('leaves the other stacks of the app alone', () => {
    const app = foreignApp();
    const own = new Stack(app, 'Own', { env: { region: 'eu-central-1' } });
    new Queue(own, 'Queue');
    new InboundCheckFleet(app, 'Fleet', { ...VANTAGES, permissionsBoundary: 'workload-boundary' });
    expect(JSON.stringify(Template.fromStack(own).toJSON())).not.toMatch(/inbound-check|workload-boundary/);
  });

  it('lives in a stage, too, and hands on what it is reached by', () => {
    const stage = new Stage(foreignApp(), 'Live');
    const fleet = new InboundCheckFleet(stage, 'Fleet', { ...VANTAGES, sharing: false });
    const own = new Stack(stage, 'Own', { env: { region: 'eu-central-1' } });
    new Queue(own, 'Queue', { queueName: `after-${fleet.eventBus.eventBusName}` });
    expect(fleet.shareUrl).toBeUndefined();
    expect(own.resolve(fleet.apiUrl)).toMatchObject({});
    Template.fromStack(own).hasResourceProperties('AWS::SQS::Queue', {
      QueueName: { 'Fn::Join': ['', ['after-', { 'Fn::ImportValue': Match.anyValue() }]] },
    });
  });

  it.each([
    ['grantOperator', 'operator'],
    ['grantSupport', 'support'],
    ['grantReader', 'reader'],
  ] as const)(
    '%s gives a role of any stack and region the policy, after the fleet is there',
    (grant, name) => {
      const app = foreignApp();
      const fleet = new InboundCheckFleet(app, 'Fleet', VANTAGES);
      const own = new Stack(app, 'Own', { env: { region: 'us-east-1' } });
      fleet[grant](new Role(own, 'Role', { assumedBy: new AccountRootPrincipal() }));
      expect(JSON.stringify(Template.fromStack(own).toJSON())).toContain(
        `:policy/inbound-check-${name}-eu-central-1`,
      );
      expect(own.dependencies).toContain(fleet.controlStack);
    },
  );

  it('gives a role that exists already the policy by the policy', () => {
    const app = foreignApp();
    const fleet = new InboundCheckFleet(app, 'Fleet', VANTAGES);
    const own = new Stack(app, 'Own', { env: { region: 'us-east-1' } });
    fleet.grantSupport(Role.fromRoleName(own, 'Role', 'help-desk'));
    Template.fromStack(fleet.controlStack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: 'inbound-check-support-eu-central-1',
      Roles: ['help-desk'],
    });
  });

  it('says in a line what is wrong', () => {
    expect(() => new InboundCheckFleet(foreignApp(), 'Fleet', { heartbeatMinutes: 7 })).toThrow(
      /^InboundCheckFleet: heartbeatMinutes: must be 0, or a multiple of 5/,
    );
    expect(() => new InboundCheckFleet(new Stack(foreignApp(), 'Own'), 'Fleet')).toThrow(
      'give it an App or a Stage as its scope',
    );
  });
});
