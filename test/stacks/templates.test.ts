/**
 * What CloudFormation would refuse in a template, found without an account: CDK's own rules know the registry's schemas
 * (types, patterns, ranges, allowed values) and what references may point to.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { FULL_CONTEXT, ownContext, type Synthesized, synthesize } from './synthesized.ts';

type Template = Record<string, unknown>;
interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rules = new CloudFormationValidatePlugin();

/** `rule resource: what`, of warnings too: a value that is not among the allowed ones (W3030) is no error to CDK. */
function findings(templates: ReadonlyMap<string, Template>): string[] {
  const stackTemplates = [...templates].map(([name, template]) => {
    const templatePath = join(folder, `${name}.json`);
    writeFileSync(templatePath, JSON.stringify(template));
    return { templatePath, stackConstructPath: name, accountId: undefined, region: undefined };
  });
  const { violations } = rules.validate({
    templatePaths: stackTemplates.map(({ templatePath }) => templatePath),
    stackTemplates,
    appConstruct: new App(),
  });
  return violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(
      ({ resourceLogicalId, constructPath }) =>
        `${ruleName} ${resourceLogicalId ?? constructPath ?? ''}: ${description}`,
    ),
  );
}

const CONFIGURATIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'as in cdk.json': {},
  'two SMTP vantages, a boundary, and links with a name of their own': {
    ...FULL_CONTEXT,
    smtpVantages: [
      { region: 'eu-central-1', ehloName: 'probe.example.com', ipv6: true },
      {
        region: 'us-east-1',
        allocationId: 'eipalloc-0123456789abcdef0',
        address: '198.51.100.7',
        availabilityZone: 'us-east-1b',
      },
    ],
    permissionsBoundary: 'workload-boundary',
    shareDomain: 'share.example.com',
    shareCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
  },
  'without links, and unbounded as a new account needs it': { sharing: false, proberConcurrency: 0 },
  'names of its own, a firewall, a budget and tags': {
    alertEmail: 'operations@example.com',
    apiDomain: 'api.example.com',
    apiCertificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/x',
    apiDefaultEndpoint: false,
    shareWebAclArn:
      'arn:aws:wafv2:us-east-1:123456789012:global/webacl/links/a1b2c3d4-5678-90ab-cdef-000000011111',
    tags: { team: 'support' },
    monthlyBudget: 40,
  },
  'with a console and a company’s sign-in': {
    console: true,
    consoleDomain: 'console.example.com',
    consoleCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
    consoleLoginPrefix: 'reachability-example',
    consoleFederation: {
      kind: 'oidc',
      name: 'Company',
      issuer: 'https://login.example.com',
      clientId: 'console',
      clientSecretName: 'console/oidc',
    },
  },
  'with a console under CloudFront’s name': { console: true, sharing: false },
  'with vantages in other accounts': {
    homeAccount: '123456789012',
    accountVantages: [
      { name: 'partner', account: '210987654321', region: 'eu-west-1', externalId: 'reachability-7' },
    ],
  },
  'with vantages that judge IPv6': {
    ipv6Vantages: ['eu-central-1', { region: 'us-east-1', availabilityZone: 'us-east-1b' }],
  },
  'a second fleet in the account': { fleetName: 'second', alertEmail: 'operations@example.com' },
};
const fleets = new Map<string, Synthesized>(
  Object.entries(CONFIGURATIONS).map(([name, context]) => [name, synthesize(context)]),
);
const fleet = (name: string): Synthesized => {
  const found = fleets.get(name);
  if (found === undefined) throw new Error(`no configuration ${name}`);
  return found;
};

/** "Avoid hardcoding availability zones", of what `availabilityZone` asks for. */
const isChosenZone = (finding: string): boolean =>
  /^W3010 (?:FixedAddress|Ipv6)Network\w+: AvailabilityZone: .* 'us-east-1b'$/.test(finding);

describe('templates', () => {
  const found = [...fleets].map(([name, { templates }]) => [name, findings(templates)] as const);

  it.each(found)('of a fleet %s are what CloudFormation takes', (_, all) => {
    expect(all.filter((finding) => !isChosenZone(finding))).toEqual([]);
  });

  it('name a zone only where the configuration does', () => {
    const zoned = found.filter(([, all]) => all.some(isChosenZone));
    expect(zoned.map(([name]) => name)).toEqual(
      Object.entries(CONFIGURATIONS)
        .filter(([, context]) => JSON.stringify(context).includes('availabilityZone'))
        .map(([name]) => name),
    );
  });

  it('of two fleets have no name in common in any region', () => {
    const names = (one: Synthesized): string[] =>
      [...one.probes.values(), one.control].flatMap(({ region, stackName }) =>
        Object.values((one.templates.get(stackName)?.Resources ?? {}) as Record<string, Resource>).flatMap(
          ({ Type, Properties = {} }) =>
            Object.entries(Properties)
              // A function's name is also written where it is called; what has a name of its own says so at its top.
              .filter(([key, value]) => OWN_NAMES.includes(key) && typeof value === 'string')
              .map(([, value]) => `${region} ${Type} ${String(value)}`),
        ),
      );
    const [one, other] = [names(fleet('as in cdk.json')), names(fleet('a second fleet in the account'))];
    expect(one.length).toBeGreaterThan(40);
    expect(other).toHaveLength(one.length);
    expect(one.filter((name) => other.includes(name))).toEqual([]);
  });
});

/** Properties by which CloudFormation names a resource itself. */
const OWN_NAMES: readonly string[] = [
  'FunctionName',
  'LogGroupName',
  'RoleName',
  'ManagedPolicyName',
  'DashboardName',
  'StateMachineName',
  'TableName',
  'BucketName',
  'TopicName',
  'QueueName',
  'AlarmName',
  'AliasName',
  'Name',
];

describe('a template that CloudFormation would refuse', () => {
  const { control } = fleet('as in cdk.json');
  const original = fleet('as in cdk.json').templates.get(control.stackName);
  /** One resource of the type changed; `ID` replaces its logical id in what is found. */
  function mutated(type: string, change: (properties: Record<string, unknown>) => void): string[] {
    const template = structuredClone(original) as { Resources: Record<string, Resource> };
    const [id, resource] = Object.entries(template.Resources).find(([, { Type }]) => Type === type) ?? [];
    if (id === undefined || resource === undefined) throw new Error(`no ${type}`);
    change(resource.Properties);
    return findings(new Map([['mutated', template as unknown as Template]])).map((finding) =>
      finding.replace(` ${id}: `, ' ID: '),
    );
  }

  it('for a value that is not allowed', () => {
    expect(mutated('AWS::KMS::Key', (properties) => (properties.KeyUsage = 'SIGN'))).toEqual([
      expect.stringMatching(/^W3030 ID: KeyUsage: 'SIGN' is not one of \[.*'SIGN_VERIFY'/),
    ]);
  });
  it('for a number out of range', () => {
    expect(mutated('AWS::Lambda::Function', (properties) => (properties.MemorySize = 64))).toEqual([
      'F3034 ID: MemorySize: 64 is less than the minimum of 128',
    ]);
  });
  it('for a text that has not the form', () => {
    expect(mutated('AWS::Lambda::Function', (properties) => (properties.Role = 'nobody'))).toEqual([
      expect.stringMatching(/^F3031 ID: Role: 'nobody' does not match pattern /),
    ]);
  });
  it('for a property that is missing', () => {
    expect(mutated('AWS::Lambda::Function', (properties) => delete properties.Code)).toEqual([
      "F3003 ID: Properties: 'Code' is a required property",
    ]);
  });
  it('for a property that there is not', () => {
    expect(mutated('AWS::Lambda::Function', (properties) => (properties.Colour = 'red'))).toEqual([
      "F3002 ID: Colour: Additional properties are not allowed ('Colour' was unexpected)",
    ]);
  });
  it('for a reference to what is not there', () => {
    expect(mutated('AWS::Lambda::Function', (properties) => (properties.Role = { Ref: 'Nobody' }))).toEqual([
      expect.stringMatching(/^F1020 ID: Role: 'Nobody' is not one of /),
    ]);
  });
});

describe('a synthesis with the context of cdk.json', () => {
  it('writes what is no error to it, as a value that is not allowed, into its report', () => {
    const outdir = join(folder, 'cdk.out');
    const app = new App({ context: ownContext, analyticsReporting: false, outdir });
    new CfnResource(new Stack(app, 'Stack'), 'Key', {
      type: 'AWS::KMS::Key',
      properties: { KeyUsage: 'SIGN', KeyPolicy: { Statement: [] } },
    });
    app.synth();
    const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: { violations: { ruleName: string }[] }[];
    };
    expect(pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toContain(
      'W3030',
    );
  });
});
