import { createHash } from 'node:crypto';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../lib/stacks/configuration.ts';
import { resourcesOf, statementsByRole } from './statements.ts';
import { fullFleet, synthesize } from './synthesized.ts';

const { controlTemplate: template } = fullFleet();
const json = template.toJSON();
const WEB_ACL =
  'arn:aws:wafv2:us-east-1:123456789012:global/webacl/links/a1b2c3d4-5678-90ab-cdef-000000011111';
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0123abcd-0000-4000-8000-0123456789ab';

const edgeCode = (name: string): string =>
  String(
    resourcesOf(json, 'AWS::CloudFront::Function').find(([, { Name }]) => Name === name)?.[1].FunctionCode,
  );

describe('the distribution of links', () => {
  it('takes GET and HEAD over HTTPS, keeps nothing, logs no path', () => {
    template.resourceCountIs('AWS::CloudFront::Distribution', 1);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        DefaultCacheBehavior: Match.objectLike({
          AllowedMethods: ['GET', 'HEAD'],
          // Managed-CachingDisabled.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          ViewerProtocolPolicy: 'https-only',
        }),
        IPV6Enabled: true,
        CacheBehaviors: [
          Match.objectLike({
            PathPattern: '/ip',
            AllowedMethods: ['GET', 'HEAD'],
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            ViewerProtocolPolicy: 'https-only',
            OriginRequestPolicyId: Match.absent(),
            FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: Match.anyValue() }],
          }),
          // The two paths that take forms.
          ...['/s/*/again', '/s/*/office'].map((path) =>
            Match.objectLike({
              PathPattern: path,
              AllowedMethods: Match.arrayWith(['GET', 'HEAD', 'POST']),
              CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
              ViewerProtocolPolicy: 'https-only',
              FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: Match.anyValue() }],
            }),
          ),
        ],
        Logging: Match.absent(),
        Origins: [
          Match.objectLike({
            CustomOriginConfig: {
              OriginProtocolPolicy: 'https-only',
              OriginSSLProtocols: ['TLSv1.2'],
              OriginReadTimeout: 15,
            },
          }),
        ],
      },
    });
  });

  it('says at /ip which address asks, by code that reads nothing else and reaches nothing', () => {
    template.resourceCountIs('AWS::CloudFront::Function', 2);
    template.hasResourceProperties('AWS::CloudFront::Function', {
      Name: 'inbound-check-ip-eu-central-1',
      AutoPublish: true,
      FunctionConfig: {
        Comment: 'Says which address a request came from',
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: Match.absent(),
      },
    });
    const code = edgeCode('inbound-check-ip-eu-central-1');
    // Quota: 10 KB. What of the request could come back is `viewer.ip` alone.
    expect(Buffer.byteLength(String(code))).toBeLessThan(10_240);
    expect(String(code).match(/event\b[.\w]*/g)).toEqual(['event', 'event.viewer.ip']);
    expect(String(code)).not.toMatch(/require|import|eval|console/);
    const answer = new Function('event', `${String(code)}; return handler(event)`) as (
      event: object,
    ) => object;
    expect(answer({ viewer: { ip: '2600:1f18::10' } })).toMatchObject({
      statusCode: 200,
      headers: { 'cache-control': { value: 'no-store' } },
      body: { encoding: 'text', data: '2600:1f18::10\n' },
    });
  });

  it('says of a form that its body is empty, since a browser can’t, and Lambda takes nothing unsigned; and where it comes from', () => {
    const change = new Function(
      'event',
      `${edgeCode('inbound-check-again-eu-central-1')}; return handler(event)`,
    ) as (event: object) => { readonly headers: Readonly<Record<string, { readonly value: string }>> };
    const of = (method: string, headers = {}) =>
      change({ request: { method, headers }, viewer: { ip: '203.0.113.7' } }).headers;
    const from = { 'x-visitor-address': { value: '203.0.113.7' } };
    const empty = { 'x-amz-content-sha256': { value: createHash('sha256').update('').digest('hex') } };
    expect(of('POST')).toEqual({ ...empty, ...from });
    // Whatever a visitor says of it.
    expect(of('POST', { 'x-amz-content-sha256': { value: 'UNSIGNED-PAYLOAD' } })).toEqual({
      ...empty,
      ...from,
    });
    for (const method of ['GET', 'HEAD']) {
      expect(of(method)).toEqual(from);
      expect(of(method, { 'x-visitor-address': { value: '192.0.2.66' } })).toEqual(from);
    }
  });

  it('is where the plan sends vantages that ask for their address, and no function more may do anything', () => {
    const plan = resourcesOf(json, 'AWS::Lambda::Function').find(
      ([, { FunctionName }]) => FunctionName === 'inbound-check-plan',
    );
    expect(JSON.stringify(plan?.[1].Environment)).toMatch(/"REFLECTOR":.*"DomainName".*\/ip/);
    expect(JSON.stringify(json)).not.toContain('REFLECT#');
  });

  it('is the only one that may ask the function, which no other address reaches', () => {
    template.resourceCountIs('AWS::Lambda::Url', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    const permissions = resourcesOf(json, 'AWS::Lambda::Permission').filter(
      ([, { Principal }]) => Principal === 'cloudfront.amazonaws.com',
    );
    expect(permissions.map(([, { Action }]) => Action).sort()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    for (const [id, { SourceArn }] of permissions)
      expect(JSON.stringify(SourceArn), id).toContain(':distribution/');
    for (const [id, { Principal }] of resourcesOf(json, 'AWS::Lambda::Permission'))
      expect(Principal, id).not.toBe('*');
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 'lambda',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
  });

  it('has a name of one’s own with its certificate, and then TLS 1.2 at least', () => {
    const own = synthesize({ shareDomain: 'share.example.com', shareCertificateArn: CERTIFICATE });
    own.controlTemplate.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['share.example.com'],
        ViewerCertificate: Match.objectLike({
          AcmCertificateArn: CERTIFICATE,
          MinimumProtocolVersion: 'TLSv1.2_2021',
        }),
      },
    });
    own.controlTemplate.hasOutput('ShareUrl', { Value: 'https://share.example.com' });
  });

  it('has a firewall where the deployment names one', () => {
    expect(JSON.stringify(json)).not.toContain('WebACLId');
    synthesize({ shareWebAclArn: WEB_ACL }).controlTemplate.hasResourceProperties(
      'AWS::CloudFront::Distribution',
      { DistributionConfig: { WebACLId: WEB_ACL } },
    );
  });

  it.each([
    [
      { shareDomain: 'share.example.com' },
      'shareCertificateArn: shareDomain and shareCertificateArn go together',
    ],
    [{ shareCertificateArn: CERTIFICATE }, 'shareDomain: shareDomain and shareCertificateArn go together'],
    [
      {
        shareDomain: 'share.example.com',
        shareCertificateArn: CERTIFICATE.replace('us-east-1', 'eu-central-1'),
      },
      'is no ARN of an ACM certificate in us-east-1',
    ],
    [{ shareWebAclArn: WEB_ACL, sharing: false }, 'shareWebAclArn: goes with sharing alone'],
    [
      {
        shareWebAclArn: WEB_ACL.replace(
          'us-east-1:123456789012:global',
          'eu-central-1:123456789012:regional',
        ),
      },
      'shareWebAclArn: is no ARN of a global AWS WAF web ACL (CLOUDFRONT, us-east-1)',
    ],
    [{ sharing: 'false', publicSources: 'true' }, 'publicSources: goes with sharing alone'],
    [{ shareDomain: 'https://share.example.com', shareCertificateArn: CERTIFICATE }, 'is no host name'],
  ])('is not made with %j', (context, says) => {
    const read = (key: string): unknown => (context as Readonly<Record<string, unknown>>)[key];
    expect(parseConfiguration(read)).toMatchObject({ ok: false, message: expect.stringContaining(says) });
  });
});

describe('the function behind links', () => {
  const rights = [...statementsByRole(json).entries()]
    .filter(([role]) => role.startsWith('SharingShare'))
    .flatMap(([, statements]) => statements)
    .filter(({ Action }) => !Action.some((action) => action.startsWith('logs:')));

  it('reads shares and their copies, and may do nothing else but ask for a run by a link’s id', () => {
    expect(rights.map(({ Action }) => Action.join()).sort()).toEqual([
      'dynamodb:GetItem',
      'lambda:InvokeFunction',
      's3:GetObject',
    ]);
    const asks = rights.find(({ Action }) => Action.includes('lambda:InvokeFunction'));
    expect(JSON.stringify(asks?.Resource)).toMatch(/:function:inbound-check-again"/);
    const table = rights.find(({ Action }) => Action.includes('dynamodb:GetItem'));
    expect(table?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SHARE#*'] } });
    const copies = rights.find(({ Action }) => Action.includes('s3:GetObject'));
    expect(JSON.stringify(copies?.Resource)).toMatch(/"\/shares\/\*"/);
  });

  it('lists the addresses of vantages only where that is switched on, and may read no more for it', () => {
    const own = synthesize({ publicSources: true }).controlTemplate.toJSON();
    const variables = (from: unknown): string =>
      JSON.stringify(
        resourcesOf(from, 'AWS::Lambda::Function').find(
          ([, { FunctionName }]) => FunctionName === 'inbound-check-share',
        )?.[1].Environment,
      );
    expect(variables(own)).toContain('PUBLIC_SOURCES');
    expect(variables(json)).not.toContain('PUBLIC_SOURCES');
    const queries = [...statementsByRole(own).entries()]
      .filter(([role]) => role.startsWith('SharingShare'))
      .flatMap(([, statements]) => statements)
      .filter(({ Action }) => Action.includes('dynamodb:Query'));
    expect(queries.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [['dynamodb:Query'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SOURCE#*'] } }],
    ]);
    // The table alone, not its index.
    expect(JSON.stringify(queries)).not.toContain('/index/');
  });

  it('takes no concurrency from runs, but where the account can’t reserve any', () => {
    const concurrency = (from: typeof template): unknown =>
      resourcesOf(from.toJSON(), 'AWS::Lambda::Function').find(
        ([, { FunctionName }]) => FunctionName === 'inbound-check-share',
      )?.[1].ReservedConcurrentExecutions;
    expect(concurrency(template)).toBe(20);
    expect(concurrency(synthesize({ proberConcurrency: 0 }).controlTemplate)).toBeUndefined();
  });
});

describe('the function that starts runs of links', () => {
  const rights = [...statementsByRole(json).entries()]
    .filter(([role]) => role.startsWith('Again'))
    .flatMap(([, statements]) => statements)
    .filter(({ Action }) => !Action.some((action) => action.startsWith('logs:')));

  it('starts and follows runs of the one machine, writes what it started and copies for links, and nothing else', () => {
    const actions = rights.flatMap(({ Action }) => Action).sort();
    expect([...new Set(actions)]).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'kms:GetPublicKey',
      'kms:Sign',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'states:StartExecution',
    ]);
    const leading = (action: string) => rights.find(({ Action }) => Action.includes(action))?.Condition;
    expect(leading('dynamodb:PutItem')).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['AGAIN#*', 'OFFICE#*'] },
    });
    expect(leading('dynamodb:GetItem')).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['SHARE#*', 'AGAIN#*', 'OFFICE#*', 'TARGET#*', 'STATE#*', 'RATE#*'],
      },
    });
    const puts = rights.find(({ Action }) => Action.includes('s3:PutObject'));
    expect(JSON.stringify(puts?.Resource)).toMatch(/"\/shares\/\*"/);
  });

  it('is not there without sharing', () => {
    const names = resourcesOf(
      synthesize({ sharing: false }).controlTemplate.toJSON(),
      'AWS::Lambda::Function',
    );
    expect(JSON.stringify(names)).not.toContain('inbound-check-again');
  });
});

describe('the key of reports', () => {
  const [[keyId] = ['']] = resourcesOf(json, 'AWS::KMS::Key').filter(
    ([, { KeySpec }]) => KeySpec === 'ECC_NIST_EDWARDS25519',
  );

  it('signs and does nothing else, is never rotated, and stays when the stack goes', () => {
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySpec: 'ECC_NIST_EDWARDS25519',
        KeyUsage: 'SIGN_VERIFY',
        EnableKeyRotation: Match.absent(),
      },
    });
  });

  it('is used by the report step, by the API and by the runs of links, which share redacted copies, and by nobody else', () => {
    const signers = [...statementsByRole(json).entries()].filter(([, statements]) =>
      statements.some(({ Action }) => Action.some((action) => action === 'kms:Sign')),
    );
    expect(signers.map(([role]) => /^(Again|Api|Report)/.exec(role)?.[0] ?? role).sort()).toEqual([
      'Again',
      'Api',
      'Report',
    ]);
    for (const [role, statements] of signers)
      for (const { Action, Resource } of statements.filter(({ Action: all }) => all.includes('kms:Sign'))) {
        expect(Action, role).toEqual(['kms:GetPublicKey', 'kms:Sign']);
        expect(Resource, role).toEqual([{ 'Fn::GetAtt': [keyId, 'Arn'] }]);
      }
  });
});
