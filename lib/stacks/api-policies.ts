/** Managed policies for people: attach one to whoever may call the API. IAM judges by route. */
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Contract } from '../api/contract.ts';
import { contracts } from '../api/operations.ts';
import { acknowledgeWildcard } from './acknowledge.ts';

export interface ApiPoliciesProps {
  readonly fleetName: string;
  readonly api: HttpApi;
}

/** Beside all that only reads. */
const SUPPORT: readonly string[] = ['validate', 'createShare', 'revokeShare'];

const POLICIES: readonly {
  readonly name: string;
  readonly description: string;
  readonly mayCall: (contract: Contract) => boolean;
}[] = [
  {
    name: 'operator',
    description: 'Everything: runs, targets, schedules, shares, alerts, the kill switch',
    mayCall: () => true,
  },
  {
    name: 'support',
    description: 'Validates a host for a ticket, follows runs, fetches and shares reports; changes no target',
    mayCall: ({ id, method }) => method === 'GET' || SUPPORT.includes(id),
  },
  { name: 'reader', description: 'Reads, and starts nothing', mayCall: ({ method }) => method === 'GET' },
];

export function addApiPolicies(scope: Construct, { fleetName, api }: ApiPoliciesProps): void {
  for (const { name, description, mayCall } of POLICIES) {
    const routes = contracts.filter(mayCall);
    const isAll = routes.length === contracts.length;
    const resources = isAll ? [arnOf(api, '*', '*')] : narrowest(routes).map((route) => arnOf(api, ...route));
    const policy = new ManagedPolicy(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      managedPolicyName: `${fleetName}-${name}`,
      description: `Inbound Check: ${description}`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources })],
    });
    for (const arn of resources)
      acknowledgeWildcard(
        policy,
        arn,
        'Routes of this one API; names in their paths are not known beforehand',
      );
  }
}

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
