/** Managed policies for people: attach one to each person or role that may call the API. IAM judges by route. */
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { contracts } from '../service/api/operations.ts';
import { ROLES, type Role, roles } from '../service/api/roles.ts';
import type { Contract } from '../service/contracts/contract.ts';
import { acknowledgeWildcard } from './acknowledge.ts';

export interface ApiPoliciesProps {
  readonly fleetName: string;
  /** Part of the names, which are the account's and not a region's: a fleet that moves has both for a while. */
  readonly region: string;
  readonly api: HttpApi;
}

/** Named as the role that it gives. */
export type PolicyName = Role;

export function addApiPolicies(
  scope: Construct,
  { fleetName, region, api }: ApiPoliciesProps,
): ReadonlyMap<PolicyName, ManagedPolicy> {
  const policies = new Map<PolicyName, ManagedPolicy>();
  for (const name of ROLES) {
    const { description, mayCall } = roles[name];
    const routes = contracts.filter(mayCall);
    const isAll = routes.length === contracts.length;
    const resources = isAll ? [arnOf(api, '*', '*')] : narrowest(routes).map((route) => arnOf(api, ...route));
    const policy = new ManagedPolicy(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      managedPolicyName: policyName(fleetName, name, region),
      description: `Inbound Check: ${description}`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources })],
    });
    policies.set(name, policy);
    for (const arn of resources)
      acknowledgeWildcard(
        policy,
        arn,
        'Routes of this one API; names in their paths are not known beforehand',
      );
  }
  return policies;
}

/** The account's, so it has the region in it. */
export const policyName = (fleetName: string, name: PolicyName, region: string): string =>
  `${fleetName}-${name}-${region}`;

/** All GETs are one entry, if all are meant: a managed policy holds 6,144 characters. */
function narrowest(routes: readonly Contract[]): [method: string, path: string][] {
  const reads = contracts.filter(({ method }) => method === 'GET');
  const everyRead = reads.every((read) => routes.includes(read));
  const others = routes.filter(({ method }) => !everyRead || method !== 'GET');
  return [
    ...(everyRead ? [['GET', '*'] as [string, string]] : []),
    ...others.map(({ method, path }): [string, string] => [method, path.slice(1).replace(/\{\w+\}/g, '*')]),
  ];
}

/** IAM judges by the path as it is asked for, in the one stage. */
const arnOf = (api: HttpApi, method: string, path: string): string =>
  api.arnForExecuteApi(method, `/${path}`, '$default');
