/** By what the fleet's cost is told apart, and what a month of it may cost. */
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { plainFleet, synthesize } from './synthesized.ts';

const OWN = { Key: 'inbound-check:fleet', Value: 'inbound-check' };

/** Tags of resources as CloudFormation has them: a list, or a map for some types. */
function tagsOf(template: Template): (readonly [id: string, tags: unknown])[] {
  const { Resources } = template.toJSON() as {
    Resources: Record<string, { Properties?: { Tags?: unknown; ResourceTags?: unknown } }>;
  };
  return Object.entries(Resources).flatMap(([id, { Properties: { Tags, ResourceTags } = {} }]) =>
    (Tags ?? ResourceTags) === undefined ? [] : [[id, Tags ?? ResourceTags] as const],
  );
}
const pairs = (tags: unknown): unknown =>
  Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]))
    : tags;

describe('tags', () => {
  it('are the fleet’s name and those of the configuration, on all that can have tags', () => {
    const { control, probes } = synthesize({
      vantageRegions: ['eu-west-1'],
      tags: { team: 'support', 'cost centre': '7' },
    });
    for (const stack of [control, ...probes.values()]) {
      const tagged = tagsOf(Template.fromStack(stack));
      expect(tagged.length, stack.stackName).toBeGreaterThan(1);
      for (const [id, tags] of tagged)
        expect(pairs(tags), id).toMatchObject({ [OWN.Key]: OWN.Value, team: 'support', 'cost centre': '7' });
      expect(stack.tags.tagValues()).toMatchObject({ [OWN.Key]: OWN.Value, team: 'support' });
    }
  });

  it('are the fleet’s name alone by default', () => {
    for (const [id, tags] of tagsOf(plainFleet().controlTemplate))
      expect(Object.keys(pairs(tags) as object), id).toContain(OWN.Key);
  });

  it('are read from the command line as pairs', () => {
    const { configuration } = synthesize({ tags: 'team=support, note=a=b', vantageRegions: ['eu-west-1'] });
    expect(configuration.tags).toEqual({ team: 'support', note: 'a=b' });
  });
});

describe('the monthly budget', () => {
  it('counts what bears the fleet’s tag, and mails at 80 % spent and 100 % forecast', () => {
    const { controlTemplate, probes } = synthesize({
      fleetName: 'second',
      alertEmail: 'operations@example.com',
      monthlyBudget: '40',
      vantageRegions: ['eu-west-1'],
    });
    const mail = (NotificationType: string, Threshold: number) => ({
      Notification: {
        NotificationType,
        Threshold,
        ThresholdType: 'PERCENTAGE',
        ComparisonOperator: 'GREATER_THAN',
      },
      Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'operations@example.com' }],
    });
    controlTemplate.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetName: Match.absent(),
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 40, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:inbound-check:fleet$second'] },
      },
      NotificationsWithSubscribers: [mail('ACTUAL', 80), mail('FORECASTED', 100)],
    });
    for (const probe of probes.values()) Template.fromStack(probe).resourceCountIs('AWS::Budgets::Budget', 0);
  });

  it('is none by default', () => {
    plainFleet().controlTemplate.resourceCountIs('AWS::Budgets::Budget', 0);
  });
});
