import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { FULL_CONTEXT, ownContext, synthesize, VALIDATE } from './synthesized.ts';

/** `stack rule where`, one line for each finding that is not accepted. */
const findings = (stack: Stack): string[] =>
  new AwsSolutionsChecks(stack)
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );

/** What was accepted on a construct or below it: id and reason. */
const accepted = (stack: Stack): [string, string][] =>
  stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    // Warnings of CDK itself, which are none of cdk-nag's.
    .filter(([id]) => id.includes('AwsSolutions-'));

describe('CDK', () => {
  it('fails a synthesis for what CloudFormation would refuse, as for these templates it does not', () => {
    expect(ownContext[VALIDATE]).toBe(true);
    const app = new App({ context: ownContext, analyticsReporting: false });
    new CfnResource(new Stack(app, 'Stack'), 'Queue', {
      type: 'AWS::SQS::Queue',
      properties: { DelaySeconds: 'soon' },
    });
    expect(() => app.synth()).toThrow();
  });
});

describe('the AwsSolutions rules of cdk-nag', () => {
  const { control, probes } = synthesize({ ...FULL_CONTEXT, console: true }, { validated: true });

  it('find nothing that was not accepted', () => {
    expect([control, ...probes.values()].flatMap(findings)).toEqual([]);
  });

  it('find something where there is something, so that the test above means something', () => {
    const stack = new Stack(new App(), 'Stack');
    new Topic(stack, 'Open');
    expect(findings(stack)).toContain('AwsSolutions-SNS3 Stack/Open/Resource');
  });

  it('are accepted with a reason, finding by finding and never as a whole rule for wildcards', () => {
    const all = [control, ...probes.values()].flatMap(accepted);
    expect(all.length).toBeGreaterThan(0);
    for (const [id, reason] of all) {
      expect(reason.split(/\s+/).length, id).toBeGreaterThanOrEqual(5);
      expect(id).not.toMatch(/AwsSolutions-IAM5$/);
    }
    const rules = new Set(all.map(([id]) => /AwsSolutions-\w+/.exec(id)?.[0]));
    expect([...rules].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-CFR1',
      'AwsSolutions-CFR2',
      'AwsSolutions-CFR3',
      'AwsSolutions-CFR4',
      'AwsSolutions-COG3',
      'AwsSolutions-COG8',
      'AwsSolutions-IAM4',
      'AwsSolutions-IAM5',
      'AwsSolutions-L1',
      'AwsSolutions-S1',
      'AwsSolutions-SQS3',
      'AwsSolutions-VPC7',
    ]);
  });
});
