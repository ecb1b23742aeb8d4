/** In another account than the fleet's: the role by which the dispatcher invokes the one prober there, and no more. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  Policy,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { invokeRoleName } from '../service/runs/vantages.ts';
import type { AccountVantage, FleetConfiguration } from './configuration.ts';
import type { NodeFunction } from './node-function.ts';
import { dispatcherRoleName } from './vantages.ts';

export interface InvokeRoleProps {
  readonly configuration: FleetConfiguration;
  readonly vantage: string;
  readonly elsewhere: AccountVantage;
  readonly prober: NodeFunction;
}

export function addInvokeRole(
  scope: Construct,
  id: string,
  { configuration, vantage, elsewhere, prober }: InvokeRoleProps,
): void {
  const { fleetName, homeAccount } = configuration;
  const { externalId } = elsewhere;
  const role = new Role(scope, id, {
    roleName: invokeRoleName(fleetName, vantage),
    description: `The dispatcher of the fleet in account ${homeAccount} invokes the prober of ${vantage} by it`,
    // A principal must exist when it is named; this one may not yet, so it is a condition on who in its account asks.
    assumedBy: new PrincipalWithConditions(new AccountPrincipal(homeAccount), {
      ArnEquals: {
        'aws:PrincipalArn': `arn:${Stack.of(scope).partition}:iam::${homeAccount}:role/${dispatcherRoleName(configuration)}`,
      },
      ...(externalId !== undefined && { StringEquals: { 'sts:ExternalId': externalId } }),
    }),
    maxSessionDuration: Duration.hours(1),
  });
  new Policy(scope, `${id}Policy`, {
    roles: [role],
    statements: [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [prober.lambda.functionArn] }),
    ],
  });
}
