/** What `"console": true` adds. */
import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../lib/service/api/roles.ts';
import { parseConfiguration } from '../../lib/stacks/configuration.ts';
import { fleetPage } from '../../lib/stacks/console-page.ts';
import { resourcesOf } from './statements.ts';
import { plainFleet, synthesize } from './synthesized.ts';

const { controlTemplate: template } = synthesize({ console: true, sharing: false });
const json = template.toJSON();
const only = (type: string) => {
  const [found, ...more] = resourcesOf(json, type);
  expect(more).toEqual([]);
  return { id: found?.[0] ?? '', properties: found?.[1] ?? {} };
};

describe('a fleet without a console', () => {
  it('has nothing of it, and answers no browser', () => {
    const plain = plainFleet().controlTemplate.toJSON();
    expect(JSON.stringify(plain)).not.toMatch(/Cognito|cognito|CorsConfiguration|BucketDeployment/);
  });
});

describe('the site', () => {
  it('is a private bucket that the one distribution may read, over TLS', () => {
    const { id } = only('AWS::CloudFront::Distribution');
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 's3:GetObject',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Condition: {
              StringEquals: { 'AWS:SourceArn': { 'Fn::Join': ['', Match.arrayWith([{ Ref: id }])] } },
            },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
    for (const [bucket, properties] of resourcesOf(json, 'AWS::S3::Bucket'))
      expect(properties.PublicAccessBlockConfiguration, bucket).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        DefaultRootObject: 'index.html',
        DefaultCacheBehavior: Match.objectLike({
          AllowedMethods: ['GET', 'HEAD'],
          ViewerProtocolPolicy: 'redirect-to-https',
        }),
        Logging: Match.absent(),
      },
    });
  });

  it('allows scripts of its own alone, and to ask nobody but API, Cognito and the sign-in page', () => {
    const { properties } = only('AWS::CloudFront::ResponseHeadersPolicy');
    const { SecurityHeadersConfig: headers } = properties.ResponseHeadersPolicyConfig as {
      SecurityHeadersConfig: Record<string, Record<string, unknown>>;
    };
    const policy = JSON.stringify(headers.ContentSecurityPolicy?.ContentSecurityPolicy);
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy).toContain(directive);
    expect(policy).not.toMatch(/unsafe|data:|connect-src[^;]* \*[ ;]/);
    expect(headers.StrictTransportSecurity).toEqual({
      AccessControlMaxAgeSec: 63_072_000,
      IncludeSubdomains: true,
      Override: true,
    });
    expect(headers.FrameOptions).toEqual({ FrameOption: 'DENY', Override: true });
  });

  it('has a page that names the one API alone', () => {
    const page = readFileSync(new URL('../../lib/console/page.html', import.meta.url), 'utf8');
    const made = fleetPage(page, {
      api: 'https://abc.execute-api.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
      login: 'x.auth.eu-central-1.amazoncognito.com',
      'user-pool': 'eu-central-1_a',
      client: 'c',
      'identity-pool': 'eu-central-1:i',
    });
    expect(made).toContain(
      '<meta http-equiv="Content-Security-Policy" content="connect-src https://abc.execute-api.eu-central-1.amazonaws.com https://cognito-identity.eu-central-1.amazonaws.com https://x.auth.eu-central-1.amazoncognito.com">',
    );
    // Before anything that it is to bind.
    expect(made.indexOf('Content-Security-Policy')).toBeLessThan(made.indexOf('<script'));
    expect(made.indexOf('Content-Security-Policy')).toBeLessThan(made.indexOf('<link'));
  });

  it('puts the page there last, to be asked for each time, and the rest to be kept', () => {
    const deployments = resourcesOf(json, 'Custom::CDKBucketDeployment').map(([, properties]) => [
      (properties.SystemMetadata as Record<string, string>)['cache-control'],
      properties.SourceMarkers !== undefined,
    ]);
    expect(deployments).toEqual([
      ['public, max-age=31536000, immutable', false],
      ['no-cache', true],
    ]);
    const [files, page] = Object.entries(
      json.Resources as Record<string, { Type: string; DependsOn?: string[] }>,
    ).filter(([, { Type }]) => Type === 'Custom::CDKBucketDeployment');
    expect(page?.[1].DependsOn).toContain(files?.[0]);
  });
});

describe('people', () => {
  it('are invited, have a second factor, and sign in by managed login with a style', () => {
    const pool = only('AWS::Cognito::UserPool');
    expect(pool.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'ESSENTIALS',
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
      ManagedLoginVersion: 2,
      Domain: { 'Fn::Join': ['', ['inbound-check-', { Ref: 'AWS::AccountId' }]] },
    });
    const client = only('AWS::Cognito::UserPoolClient');
    template.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
      ClientId: { Ref: client.id },
      UseCognitoProvidedValues: true,
    });
    expect(client.properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      SupportedIdentityProviders: ['COGNITO'],
    });
    expect(client.properties.CallbackURLs).toEqual(client.properties.LogoutURLs);
  });

  it.each([
    [
      { kind: 'saml', name: 'Entra', metadataUrl: 'https://login.example.com/metadata.xml' },
      'SAML',
      { MetadataURL: 'https://login.example.com/metadata.xml' },
    ],
    [
      {
        kind: 'oidc',
        name: 'Company',
        issuer: 'https://login.example.com',
        clientId: 'console',
        clientSecretName: 'console/oidc',
      },
      'OIDC',
      {
        oidc_issuer: 'https://login.example.com',
        client_id: 'console',
        client_secret: '{{resolve:secretsmanager:console/oidc:SecretString:::}}',
      },
    ],
  ])('of a company sign in there, too: %j', (consoleFederation, type, details) => {
    const { controlTemplate } = synthesize({
      console: true,
      consoleFederation,
      vantageRegions: ['eu-west-1'],
    });
    controlTemplate.hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', {
      ProviderName: consoleFederation.name,
      ProviderType: type,
      ProviderDetails: Match.objectLike(details),
    });
    const [[, client] = []] = resourcesOf(controlTemplate.toJSON(), 'AWS::Cognito::UserPoolClient');
    expect(JSON.stringify(client?.SupportedIdentityProviders)).toMatch(/^\["COGNITO",/);
    expect(client?.SupportedIdentityProviders).toHaveLength(2);
  });
});

describe('credentials', () => {
  const pool = only('AWS::Cognito::IdentityPool');

  it('are for who has signed in alone, by the enhanced flow', () => {
    expect(pool.properties).toMatchObject({
      AllowUnauthenticatedIdentities: false,
      AllowClassicFlow: false,
      CognitoIdentityProviders: [expect.objectContaining({ ServerSideTokenCheck: true })],
    });
  });

  it('are of the group’s role, which has the policy of that name and no other right', () => {
    const groups = resourcesOf(json, 'AWS::Cognito::UserPoolGroup').map(([, properties]) => properties);
    expect(groups.map(({ GroupName, Precedence }) => [GroupName, Precedence])).toEqual(
      ROLES.map((name, index) => [name, index + 1]),
    );
    const roles = new Map(resourcesOf(json, 'AWS::IAM::Role'));
    const policies = new Map(resourcesOf(json, 'AWS::IAM::ManagedPolicy'));
    for (const { GroupName, RoleArn } of groups) {
      const { 'Fn::GetAtt': [roleId = ''] = [] } = RoleArn as { 'Fn::GetAtt': string[] };
      const attached = (roles.get(roleId)?.ManagedPolicyArns ?? []) as { Ref?: string }[];
      const [{ Ref = '' } = {}, ...more] = attached;
      expect(more).toEqual([]);
      expect(policies.get(Ref)?.ManagedPolicyName).toBe(`inbound-check-${String(GroupName)}-eu-central-1`);
      expect(roles.get(roleId)).not.toHaveProperty('Policies');
      expect(JSON.stringify(resourcesOf(json, 'AWS::IAM::Policy'))).not.toContain(`"Ref":"${roleId}"`);
    }
  });

  it('are refused to who is in no group, or in two that say different things', () => {
    const { properties } = only('AWS::Cognito::IdentityPoolRoleAttachment');
    expect(properties.RoleMappings).toMatchObject({
      groups: { Type: 'Token', AmbiguousRoleResolution: 'Deny' },
    });
    expect(Object.keys(properties.Roles as object)).toEqual(['authenticated']);
    const nobody = resourcesOf(json, 'AWS::IAM::Role').find(([id]) =>
      JSON.stringify(properties.Roles).includes(`"${id}"`),
    );
    expect(nobody?.[1]).not.toHaveProperty('ManagedPolicyArns');
    expect(nobody?.[1]).not.toHaveProperty('Policies');
    expect(JSON.stringify(resourcesOf(json, 'AWS::IAM::Policy'))).not.toContain(`"Ref":"${nobody?.[0]}"`);
  });

  it('are given by this identity pool alone, to who has signed in', () => {
    const trusting = resourcesOf(json, 'AWS::IAM::Role').filter(([, { AssumeRolePolicyDocument }]) =>
      JSON.stringify(AssumeRolePolicyDocument).includes('cognito-identity.amazonaws.com'),
    );
    expect(trusting).toHaveLength(4);
    for (const [id, { AssumeRolePolicyDocument }] of trusting)
      expect(AssumeRolePolicyDocument, id).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: 'cognito-identity.amazonaws.com' },
            Condition: {
              StringEquals: { 'cognito-identity.amazonaws.com:aud': { Ref: pool.id } },
              'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
            },
          },
        ],
      });
  });
});

describe('the API of a fleet with a console', () => {
  it('answers preflights of the console’s origin alone, without a signature and without a function', () => {
    const { id } = only('AWS::CloudFront::Distribution');
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: [{ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [id, 'DomainName'] }]] }],
        AllowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
        AllowHeaders: [
          'authorization',
          'content-type',
          'x-amz-content-sha256',
          'x-amz-date',
          'x-amz-security-token',
        ],
        AllowCredentials: false,
        MaxAge: 3600,
      },
    });
    const keys = resourcesOf(json, 'AWS::ApiGatewayV2::Route').map(([, { RouteKey }]) => String(RouteKey));
    expect(keys.filter((key) => /^(ANY|OPTIONS) |^\$default$/.test(key))).toEqual([]);
    expect(keys.filter((key) => key.endsWith(' /{unknown+}')).sort()).toEqual(
      ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'].map((method) => `${method} /{unknown+}`),
    );
  });

  it('logs which person it was, and knows its own pools', () => {
    const [[, stage] = []] = resourcesOf(json, 'AWS::ApiGatewayV2::Stage');
    expect(JSON.stringify(stage?.AccessLogSettings)).toContain(
      '$context.identity.cognitoAuthenticationProvider',
    );
    const api = resourcesOf(json, 'AWS::Lambda::Function').find(
      ([, { FunctionName }]) => FunctionName === 'inbound-check-api',
    );
    expect(api?.[1].Environment).toMatchObject({
      Variables: {
        CONSOLE_USER_POOL: { Ref: only('AWS::Cognito::UserPool').id },
        CONSOLE_IDENTITY_POOL: { Ref: only('AWS::Cognito::IdentityPool').id },
      },
    });
  });
});

it.each([
  [{ consoleLoginPrefix: 'x' }, 'consoleLoginPrefix: goes with console alone'],
  [{ console: 'true', consoleLoginPrefix: 'my-aws' }, 'may not hold aws, amazon or cognito'],
  [{ console: true, fleetName: 'aws-checks' }, 'consoleLoginPrefix: is needed'],
  [
    { console: true, consoleDomain: 'console.example.com' },
    'consoleDomain and consoleCertificateArn go together',
  ],
  [
    { console: true, consoleFederation: '{"kind":"saml","name":"Entra","metadataUrl":"http://x.example"}' },
    'is no https:// address',
  ],
])('is not made with %j', (context, says) => {
  const read = (key: string): unknown => (context as Readonly<Record<string, unknown>>)[key];
  expect(parseConfiguration(read)).toMatchObject({ ok: false, message: expect.stringContaining(says) });
});
