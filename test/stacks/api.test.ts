import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../lib/service/api/operations.ts';
import { siteContracts } from '../../lib/service/contracts/site.ts';
import { resourcesOf, statementsByRole } from './statements.ts';
import { fullFleet, synthesize } from './synthesized.ts';

const { controlTemplate: template } = fullFleet();
const json = template.toJSON();

const SITE_ROUTES = Object.values(siteContracts).map(({ method, path }) => `${method} ${path}`);

/** Method and path of an ARN in a policy, as `GET/runs/*`; what is before them is resolved by CloudFormation. */
function routesIn(policy: string): string[] {
  const found = resourcesOf(json, 'AWS::IAM::ManagedPolicy').find(
    ([, { ManagedPolicyName }]) => ManagedPolicyName === `inbound-check-${policy}-eu-central-1`,
  );
  const text = JSON.stringify(found?.[1].PolicyDocument);
  expect(text).not.toMatch(/"Action":"(?!execute-api:Invoke")/);
  return [...text.matchAll(/\/\$default\/([A-Z*]+\/[^"]*)"/g)].map(([, route = '']) => route);
}

const mayCall = (policy: string): string[] => {
  const patterns = routesIn(policy).map((route) => new RegExp(`^${route.replace(/\*/g, '.*')}$`));
  return contracts
    .filter(({ method, path }) => patterns.some((pattern) => pattern.test(`${method}${path}`)))
    .map(({ id }) => id);
};

describe('the HTTP API', () => {
  it('has a route for each contract and one for what is none, and IAM on every one but those of site vantages', () => {
    const routes = resourcesOf(json, 'AWS::ApiGatewayV2::Route').map(([, properties]) => properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      ['ANY /{unknown+}', ...SITE_ROUTES, ...contracts.map(({ method, path }) => `${method} ${path}`)].sort(),
    );
    for (const { RouteKey, AuthorizationType } of routes)
      expect(AuthorizationType, String(RouteKey)).toBe(
        SITE_ROUTES.includes(String(RouteKey)) ? 'NONE' : 'AWS_IAM',
      );
  });

  it('leads site vantages to a function of their own, each route throttled, and nobody else there', () => {
    const integrations = resourcesOf(json, 'AWS::ApiGatewayV2::Integration');
    const routes = resourcesOf(json, 'AWS::ApiGatewayV2::Route');
    for (const [, { RouteKey, Target }] of routes) {
      const [, integration] = integrations.find(([id]) => JSON.stringify(Target).includes(`"${id}"`)) ?? [];
      const isSite = JSON.stringify(integration?.IntegrationUri).includes('"SiteFunction');
      expect(isSite, String(RouteKey)).toBe(SITE_ROUTES.includes(String(RouteKey)));
    }
    const [[, stage] = []] = resourcesOf(json, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.RouteSettings).toEqual({
      'POST /site/join': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 5 },
      'POST /site/poll': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 60 },
      'POST /site/progress/{id}': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 60 },
      'POST /site/answers/{id}': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 60 },
    });
  });

  it('is throttled, and logs who called what without query or body', () => {
    const [[, stage] = []] = resourcesOf(json, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      AccessLogSettings: { Format: expect.stringContaining('"route":"$context.routeKey"') },
    });
    expect(JSON.stringify(stage)).not.toMatch(/context\.(path|queryString|requestBody)/);
  });

  it('has a name of one’s own where the deployment names one, and API Gateway’s beside it unless told otherwise', () => {
    const own = {
      apiDomain: 'api.example.com',
      apiCertificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/x',
      vantageRegions: ['eu-west-1'],
    };
    const { controlTemplate } = synthesize(own);
    controlTemplate.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'api.example.com',
      DomainNameConfigurations: [
        { CertificateArn: own.apiCertificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    controlTemplate.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    controlTemplate.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      DisableExecuteApiEndpoint: Match.absent(),
    });
    controlTemplate.hasOutput('ApiUrl', { Value: 'https://api.example.com' });
    expect(JSON.stringify(controlTemplate.findOutputs('ApiDomainTarget'))).toContain('RegionalDomainName');
    synthesize({ ...own, apiDefaultEndpoint: false }).controlTemplate.hasResourceProperties(
      'AWS::ApiGatewayV2::Api',
      { DisableExecuteApiEndpoint: true },
    );
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });

  it('lets its function start checks, watch and stop them, and reach no key of others by a wildcard', () => {
    const [, statements = []] =
      [...statementsByRole(json)].find(([role]) => /^ApiApiRole|^ApiFunctionRole|^ApiRole/.test(role)) ?? [];
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toEqual(
      expect.arrayContaining([
        'states:StartExecution',
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:StopExecution',
      ]),
    );
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions).not.toContain('dynamodb:Scan');
    expect(actions.filter((action) => action.startsWith('iam:'))).toEqual(['iam:PassRole']);
  });
});

describe('the API of a fleet without sharing', () => {
  const { controlTemplate } = synthesize({ sharing: false });
  const own = controlTemplate.toJSON();

  it('has one route more without IAM, throttled by itself, and answers over IPv6', () => {
    const open = resourcesOf(own, 'AWS::ApiGatewayV2::Route').filter(
      ([, { AuthorizationType, RouteKey }]) =>
        AuthorizationType !== 'AWS_IAM' && !SITE_ROUTES.includes(String(RouteKey)),
    );
    expect(open.map(([, { RouteKey, AuthorizationType }]) => [RouteKey, AuthorizationType])).toEqual([
      ['GET /source/{token}', 'NONE'],
    ]);
    const stage = controlTemplate.findResources('AWS::ApiGatewayV2::Stage');
    expect(Object.values(stage)).toMatchObject([
      {
        // API Gateway refuses settings of a route that is not there yet.
        DependsOn: expect.arrayContaining([open[0]?.[0]]),
        Properties: {
          RouteSettings: {
            ...Object.fromEntries(SITE_ROUTES.map((route) => [route, expect.anything()])),
            'GET /source/{token}': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 40 },
          },
        },
      },
    ]);
    controlTemplate.hasResourceProperties('AWS::ApiGatewayV2::Api', { IpAddressType: 'dualstack' });
    expect(JSON.stringify(json)).not.toContain('/source/');
  });

  it('lets the plan make tokens and the API take them, and nobody else touch one', () => {
    const rights = [...statementsByRole(own)].flatMap(([role, statements]) =>
      statements
        .filter(({ Condition }) => JSON.stringify(Condition ?? '').includes('REFLECT#'))
        .map(({ Action, Condition }) => [role.replace(/Role.*$/, ''), Action, Condition]),
    );
    const keys = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REFLECT#*'] } };
    expect(rights).toEqual(
      expect.arrayContaining([
        ['Plan', ['dynamodb:PutItem'], keys],
        [expect.stringMatching(/^Api/), ['dynamodb:DeleteItem'], keys],
      ]),
    );
    expect(rights).toHaveLength(2);
  });
});

describe('the policies for people', () => {
  it('let an operator call everything, and a reader what only reads', () => {
    expect(mayCall('operator')).toEqual(contracts.map(({ id }) => id));
    expect(mayCall('reader')).toEqual(contracts.filter(({ method }) => method === 'GET').map(({ id }) => id));
  });

  it('let support validate, acknowledge, share and close links, and change no target, schedule, webhook, and not the fleet', () => {
    const changes = contracts.filter(({ method }) => method !== 'GET').map(({ id }) => id);
    expect(
      mayCall('support')
        .filter((id) => changes.includes(id))
        .sort(),
    ).toEqual(['acknowledgeAlert', 'createShare', 'joinListener', 'readBackRun', 'revokeShare', 'validate']);
  });
});
