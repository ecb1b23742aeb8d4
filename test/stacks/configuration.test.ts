import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION_KEYS, parseConfiguration } from '../../lib/stacks/configuration.ts';
import { ownContext } from './synthesized.ts';

const parse = (context: Readonly<Record<string, unknown>>) => parseConfiguration((key) => context[key]);

describe('the configuration of a deployment', () => {
  it('has defaults for everything, and cdk.json says the same', () => {
    const bare = parse({});
    expect(bare.ok && bare.value).toMatchObject({
      fleetName: 'inbound-check',
      homeRegion: 'eu-central-1',
      smtpVantages: [],
      permissionsBoundary: '',
    });
    expect(parse(ownContext)).toEqual(bare);
    const known = new Set(CONFIGURATION_KEYS);
    const unknown = Object.keys(ownContext).filter((key) => !key.startsWith('@aws-cdk/') && !known.has(key));
    expect(unknown).toEqual(['cli-telemetry']);
  });

  it('reads what the command line gives as text', () => {
    const given = parse({
      vantageRegions: 'eu-west-1, us-east-1',
      smtpVantages: 'eu-west-1',
      retentionDays: '30',
      proberConcurrency: '0',
      alertEmail: 'operations@example.com',
    });
    expect(given.ok && given.value).toMatchObject({
      vantageRegions: ['eu-west-1', 'us-east-1'],
      smtpVantages: [{ region: 'eu-west-1' }],
      retentionDays: 30,
      proberConcurrency: 0,
    });
  });

  it('is one with what the page says to remove a region by, also of a fleet with other vantages', () => {
    const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
    const [line = ''] = /^npx cdk destroy inbound-check-probe-.*$/m.exec(page) ?? [];
    const given = Object.fromEntries(
      [...line.matchAll(/ -c (\w+)=(\S*)/g)].map(([, key, value]) => [key, value]),
    );
    expect(Object.keys(given)).toContain('vantageRegions');
    const own = { vantageRegions: ['us-east-1'], smtpVantages: ['us-east-1'], ipv6Vantages: ['us-east-1'] };
    expect(parse({ ...own, ...given })).toMatchObject({
      ok: true,
      value: { vantageRegions: ['eu-west-1'], ipv6Vantages: [] },
    });
  });

  it('takes an Elastic IP that exists', () => {
    const smtp = {
      region: 'eu-central-1',
      allocationId: 'eipalloc-0123456789abcdef0',
      address: '198.51.100.7',
      ehloName: 'probe.example.com',
    };
    const given = parse({ smtpVantages: [smtp] });
    expect(given.ok && given.value.smtpVantages).toEqual([smtp]);
  });

  it.each([
    [{ homeRegion: 'frankfurt' }, 'context homeRegion: is no AWS region, such as eu-central-1'],
    [{ vantageRegions: [] }, 'context vantageRegions: must name at least one region'],
    [{ vantageRegions: ['eu-west-1', 'eu-west-1'] }, 'context vantageRegions: names eu-west-1 twice'],
    [
      { vantageRegions: ['eu-west-1', 'dublin'] },
      'context vantageRegions[1]: is no AWS region, such as eu-central-1',
    ],
    [{ ipv6Vantages: 'eu-west-1,eu-west-1' }, 'context ipv6Vantages: names eu-west-1 twice'],
    [
      { ipv6Vantages: 'eu-south-2' },
      'context ipv6Vantages: names eu-south-2, which vantageRegions lacks: IPv4 would not be judged from there',
    ],
    [
      { ipv6Vantages: [{ region: 'eu-west-1', availabilityZone: 'eu-west-2a' }] },
      'context ipv6Vantages[0].availabilityZone: is not in eu-west-1',
    ],
    [{ smtpVantages: 'eu-west-1,eu-west-1' }, 'context smtpVantages: names eu-west-1 twice'],
    [
      { smtpVantages: [{ region: 'eu-west-1', allocationId: 'eipalloc-0123456789abcdef0' }] },
      'context smtpVantages[0]: allocationId and address go together',
    ],
    [
      { smtpVantages: [{ region: 'eu-west-1', eip: '198.51.100.7' }] },
      'context smtpVantages[0].eip: unknown key "eip"',
    ],
    [
      { vantageRegions: Array.from({ length: 21 }, (_, n) => `eu-west-${String.fromCharCode(97 + n)}-1`) },
      'context vantageRegions: 21 vantages, and a fleet has at most 20',
    ],
    [{ alertEmail: 'nobody' }, 'context alertEmail: is no e-mail address'],
    [{ logRetentionDays: 31 }, 'context logRetentionDays: must be one of 1, 3, 5, 7, 14, 30, 60, 90'],
    [
      { heartbeatMinutes: 90 },
      'context heartbeatMinutes: must be 0, or a multiple of 5 below an hour and of 60 above',
    ],
    [
      { fleetName: 'Inbound' },
      'context fleetName: must be 2 to 20 lower-case letters, digits and hyphens, a letter first',
    ],
    [{ monthlyBudget: 40 }, 'context monthlyBudget: needs alertEmail, which the budget sends its mails to'],
    [{ tags: { 'aws:team': 'x' } }, 'context tags.aws:team: begins with aws:, which is for AWS alone'],
    [
      { tags: { 'inbound-check:fleet': 'x' } },
      'context tags.inbound-check:fleet: begins with inbound-check:, which is for the fleet’s own',
    ],
    [{ tags: 'team=a;b' }, 'context tags.team: has a character that tags may not have'],
    [
      { apiDomain: 'api.example.com' },
      'context apiCertificateArn: apiDomain and apiCertificateArn go together',
    ],
    [
      {
        apiDomain: 'api.example.com',
        apiCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
      },
      'context apiCertificateArn: must be in eu-central-1, where the API is',
    ],
    [
      { apiDefaultEndpoint: 'false' },
      'context apiDefaultEndpoint: may be false with apiDomain alone: nothing could reach the API',
    ],
  ])('says in one line what is wrong with %j', (context, message) => {
    expect(parse(context)).toEqual({ ok: false, message });
  });
});
