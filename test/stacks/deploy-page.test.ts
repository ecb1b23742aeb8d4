import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseRequest, readRequest } from '../../lib/service/runs/request.ts';
import { type PolicyName, policyName } from '../../lib/stacks/api-policies.ts';
import { CONFIGURATION_KEYS } from '../../lib/stacks/configuration.ts';
import { LISTS_PREFIX } from '../../lib/stacks/sweep-objects.ts';
import { plannedVantages } from '../../lib/stacks/vantages.ts';
import { Document, resourcesOf } from './statements.ts';
import { fullFleet, plainFleet, synthesize } from './synthesized.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const CDK = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));
const page = read('docs/deploy.md');
const example = (name: string): unknown => JSON.parse(read(`docs/examples/${name}.json`));
/** Statements of a policy among the examples, as IAM takes them. */
const policy = (name: string) => {
  const document = example(name) as { Version: string; Statement: unknown };
  expect(Object.keys(document)).toEqual(['Version', 'Statement']);
  expect(document.Version).toBe('2012-10-17');
  return Document.parse(document).Statement;
};
const fleet = plannedVantages(plainFleet().configuration).map(({ facts }) => facts);

/** What the page shows of cdk.json. */
const contexts = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, block = '']) => JSON.parse(`{${block}}`) as Readonly<Record<string, unknown>>,
);

describe('docs/deploy.md', () => {
  it('names every key of the configuration and no other', () => {
    const documented = [...page.matchAll(/^\| `(\w+)` \|.*\|.*\|$/gm)].map(([, key]) => key);
    expect(CONFIGURATION_KEYS.every((key) => documented.includes(key))).toBe(true);
    for (const [, key] of page.matchAll(/-c ([a-z]\w*)=/g)) expect(CONFIGURATION_KEYS).toContain(key);
  });

  it('names every alarm', () => {
    const alarms = resourcesOf(fullFleet().controlTemplate.toJSON(), 'AWS::CloudWatch::Alarm').map(([id]) =>
      id.replace(/^Observability|[0-9A-F]{8}$/g, ''),
    );
    for (const alarm of alarms) expect(page).toContain(`| \`${alarm}\` |`);
  });

  it('calls the policies, as the other pages and the messages do, by their names with the region', () => {
    const pages = readdirSync(fileURLToPath(new URL('../../docs', import.meta.url)))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const named = [...pages, 'lib/aws/api-client.ts', 'lib/cli/cloud/failed.ts'].flatMap((path) =>
      [...read(path).matchAll(/(?<!AWS_PROFILE=)\binbound-check-(operator|support|reader)[\w-]*/g)].map(
        ([name, role]) => ({ path, name, role: role as PolicyName }),
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    for (const { path, name, role } of named)
      expect(
        ['REGION', 'eu-central-1'].map((region) => policyName('inbound-check', role, region)),
        path,
      ).toContain(name);
  });

  it('names stacks and state machines as they are called', () => {
    const [elsewhere = {}] = contexts.filter((context) => 'accountVantages' in context);
    const { templates } = synthesize(elsewhere);
    const names = JSON.stringify([...plainFleet().templates, ...templates.keys()]);
    for (const [, name = ''] of page.matchAll(
      /\b(inbound-check-(?:probe-[a-z0-9-]+|control|check|sweep))\b/g,
    ))
      expect(names).toContain(name);
  });

  it('shows an address of one’s own as the configuration takes it', () => {
    const vantages = contexts
      .filter((context) => 'smtpVantages' in context)
      .map((context) => synthesize(context).configuration.smtpVantages[0]);
    expect(vantages).toMatchObject([
      { ehloName: 'probe.example.com' },
      { address: '198.51.100.7', ehloName: 'probe.example.com' },
    ]);
  });

  it('has examples that the plan takes', async () => {
    const read = async (written: unknown) => {
      const request = parseRequest(written);
      return request.ok ? readRequest(request.value, fleet) : request;
    };
    expect(await read(example('fleet-request'))).toMatchObject({ ok: true });
    const sweep = example('fleet-sweep') as { request: object; targetsKey: string };
    expect(sweep.targetsKey.startsWith(`${LISTS_PREFIX}/`)).toBe(true);
    const targets = example('fleet-sweep-targets');
    expect(await read({ ...sweep.request, runId: 'child', targets })).toMatchObject({ ok: true });
  });

  it('allows who deploys the roles that CDK assumes, and no more of them', () => {
    const [allowed] = policy('deploy-policy');
    const patterns = ((allowed?.Resource ?? []) as string[]).map(
      (arn) => new RegExp(`^${arn.replaceAll('*', '.*').replace('arn:aws:', 'arn:\\S+:')}$`),
    );
    const { app } = synthesize({ vantageRegions: ['eu-west-1'] });
    const manifest = readFileSync(`${app.outdir}/manifest.json`, 'utf8');
    const roles = [...manifest.matchAll(/"arn": "(\S+)"|"assumeRoleArn": "(\S+)"/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    expect(roles.length).toBeGreaterThan(2);
    for (const role of roles)
      expect(
        patterns.filter((pattern) => pattern.test(role)),
        role,
      ).toHaveLength(1);
  });

  it('allows who bootstraps what the bootstrap template of this CDK makes', () => {
    const template = readFileSync(
      fileURLToPath(
        new URL('../../node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml', import.meta.url),
      ),
      'utf8',
    );
    // KMS and a boundary's policy are made only when they are asked for.
    const services = new Set(
      [...template.matchAll(/^ {4}Type: AWS::(\w+)::(?!ManagedPolicy)/gm)].map(([, name = '']) =>
        name.toLowerCase(),
      ),
    );
    services.delete('kms');
    const statements = policy('bootstrap-policy');
    const allowed = new Set(statements.flatMap(({ Action }) => Action.map((action) => action.split(':')[0])));
    expect(allowed).toEqual(new Set([...services, 'cloudformation']));
    for (const { Action, Resource } of statements)
      expect(
        [...Action, ...(Resource as string[])].filter((one) => one === '*' || one.endsWith(':*')),
      ).toEqual([]);
  });

  it('turns off the protection of the control stack, which alone has one, before it removes all', () => {
    const removal = /### Remove all\n+```bash\n([\s\S]*?)```/.exec(page)?.[1]?.trim().split('\n');
    const { fleetName, homeRegion } = plainFleet().configuration;
    expect(removal).toEqual([
      `aws cloudformation update-termination-protection --region ${homeRegion} --stack-name ${fleetName}-control --no-enable-termination-protection`,
      'npx cdk destroy --all',
    ]);
    const { control, probes } = plainFleet();
    expect([control.stackName, control.terminationProtection]).toEqual([`${fleetName}-control`, true]);
    for (const probe of probes.values()) expect(probe.terminationProtection).toBeFalsy();
    const allowed = policy('deploy-policy').filter(({ Action }) =>
      Action.includes('cloudformation:UpdateTerminationProtection'),
    );
    expect(allowed).toHaveLength(1);
    expect(JSON.stringify(allowed[0]?.Resource)).toContain(':stack/inbound-check-control/*');
  });

  it('removes a region by a command that takes no other stack along, tried with the real CLI', () => {
    const line = /^npx cdk (destroy inbound-check-probe-.*)$/m.exec(page)?.[1] ?? '';
    const { app } = synthesize({ vantageRegions: ['eu-west-1'] });
    const folder = app.outdir;
    const cdk = (...words: string[]) => {
      const asked = spawnSync(
        process.execPath,
        [CDK, ...words, '--app', folder, '--no-notices', '--no-color'],
        // Nobody to ask and no credentials: it says what it would do, and does nothing.
        {
          encoding: 'utf8',
          input: '',
          env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
        },
      );
      return asked.stdout + asked.stderr;
    };
    const words = line.replace(/ -c \S+/g, '').split(' ');
    expect(words).toContain('--exclusively');
    const said = cdk(...words);
    expect(said).toContain('Destroying stacks is an irreversible action');
    expect(said).not.toContain('inbound-check-control');
    // The option is what makes the difference.
    expect(cdk(...words.filter((word) => word !== '--exclusively'))).toMatch(
      /depending stacks: inbound-check-control/,
    );
  });
});
