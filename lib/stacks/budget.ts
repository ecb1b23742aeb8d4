/** Mails when the fleet costs more than it should. Not the alert topic: Budgets would need a right to its key. */
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { FleetConfiguration } from './configuration.ts';
import { FLEET_TAG } from './tags.ts';

/** Percent of the budget. */
const SPENT = 80;
const FORECAST = 100;

/**
 * Counts what bears the fleet's tag, once that is activated as a cost allocation tag (docs/deploy.md); until then it
 * counts nothing. In the home region, as CloudFormation takes budgets anywhere, though they are the account's.
 */
export function addBudget(
  scope: Construct,
  id: string,
  { monthlyBudget, alertEmail, fleetName }: FleetConfiguration,
): CfnBudget {
  const mail = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: {
      notificationType,
      comparisonOperator: 'GREATER_THAN',
      threshold,
      thresholdType: 'PERCENTAGE',
    },
    subscribers: [{ subscriptionType: 'EMAIL', address: alertEmail }],
  });
  return new CfnBudget(scope, id, {
    // No name: another address makes CloudFormation replace the budget, and two can't have one name.
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyBudget, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:${FLEET_TAG}$${fleetName}`] },
    },
    notificationsWithSubscribers: [mail('ACTUAL', SPENT), mail('FORECASTED', FORECAST)],
  });
}
