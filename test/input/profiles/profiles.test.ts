import { describe, expect, it } from 'vitest';
import { expandProfile, findProfile, profiles } from '../../../lib/input/profiles/index.ts';
import { Endpoint } from '../../../lib/model/endpoint.ts';
import { Profile, ProfileOptions } from '../../../lib/model/profile.ts';

const expand = (id: string, options: Partial<ProfileOptions> = {}, host = 'proxy.example.com') => {
  const profile = findProfile(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return expandProfile(profile, host, 'Acme', ProfileOptions.parse(options));
};
const ids = (endpoints: Endpoint[]) => endpoints.map(({ id }) => id);
const everything: Partial<ProfileOptions> = { dependencies: true, replies: { domain: 'example.org' } };

describe('the shipped profiles', () => {
  it('are four, each found by its id', () => {
    expect(profiles.map(({ id }) => id)).toEqual(['lucy-saas', 'cicada-ir', 'web', 'mail']);
    for (const profile of profiles) expect(findProfile(profile.id)).toBe(profile);
    expect(findProfile('lucy')).toBeUndefined();
  });

  it.each(profiles.map((profile) => [profile.id, profile] as const))(
    '%s says for each row why and from where',
    (_, profile) => {
      for (const row of profile.rows) {
        expect(row.reason).toMatch(/\.$/);
        expect(row.source).toBeTruthy();
      }
      expect(Profile.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
    },
  );

  it.each(profiles.map(({ id }) => id))('%s expands to valid endpoints with ids of their own', (id) => {
    const endpoints = expand(id, everything);
    for (const endpoint of endpoints) expect(Endpoint.parse(endpoint)).toEqual(endpoint);
    expect(new Set(ids(endpoints)).size).toBe(endpoints.length);
    expect(endpoints.every(({ target }) => target === 'Acme')).toBe(true);
  });
});

describe('lucy-saas', () => {
  it('needs 80, 443 and the HTTP-01 path, and nothing else on the proxy', () => {
    const endpoints = expand('lucy-saas');
    expect(ids(endpoints.filter((one) => one.expect === 'open'))).toEqual([
      'http://proxy.example.com:80/',
      'https://proxy.example.com:443/',
      'http://proxy.example.com:80/.well-known/acme-challenge/',
    ]);
    const closed = endpoints.filter((one) => one.expect === 'closed').map(({ port }) => port);
    expect(closed).toEqual(expect.arrayContaining([22, 3306, 5432, 6379, 3389]));
    expect(endpoints.some(({ port }) => port === 25)).toBe(false);
  });

  it('asks for nothing but / and the challenge path, because a visit to a tracking URL counts as a click', () => {
    const paths = expand('lucy-saas', everything).flatMap(({ path }) => path ?? []);
    expect(new Set(paths)).toEqual(new Set(['/', '/.well-known/acme-challenge/']));
  });

  it('does not take a 404 on / for the wrong server', () => {
    const landing = expand('lucy-saas').filter(({ path }) => path === '/');
    for (const { assertions } of landing)
      expect(assertions?.status).toEqual(expect.arrayContaining([200, 404]));
  });

  it.each([
    [{ replies: {} }, undefined],
    [{ replies: { domain: 'example.org' } }, { mxDomain: 'example.org' }],
    [
      { replies: { domain: 'example.org', recipient: 'reply@example.org' } },
      { mxDomain: 'example.org', recipient: 'reply@example.org' },
    ],
  ])('checks 25 when replies are caught: %o', (options, assertions) => {
    const [smtp] = expand('lucy-saas', options).filter(({ port }) => port === 25);
    expect(smtp).toMatchObject({ kind: 'smtp', expect: 'open', level: 'required' });
    expect(smtp?.assertions).toEqual(assertions);
  });

  it('has its far ends as endpoints of their own, with the addresses that the vendor documents', () => {
    const far = expand('lucy-saas', { dependencies: true }).filter(
      ({ isDependency }) => isDependency === true,
    );
    expect(far.map(({ host, port, documentedAddresses }) => [host, port, documentedAddresses])).toEqual([
      ['update.phishing-server.com', 80, ['162.55.130.83']],
      ['update.phishing-server.com', 443, ['162.55.130.83']],
      ['dns.google', 53, undefined],
      ['nvd.nist.gov', 443, undefined],
      ['static.nvd.nist.gov', 80, ['129.6.13.177']],
      ['changelog.lucysecurity.com', 80, ['116.203.185.12']],
      ['is.gd', 443, undefined],
      ['api-ssl.bitly.com', 443, undefined],
      ['api.authy.com', 443, undefined],
    ]);
    expect(far.find(({ port }) => port === 53)).toMatchObject({ kind: 'dns', dnsServer: '8.8.8.8' });
    expect(expand('lucy-saas').some(({ isDependency }) => isDependency)).toBe(false);
  });
});

describe('cicada-ir', () => {
  const ui = (options: Partial<ProfileOptions>) =>
    expand('cicada-ir', options).find(({ port }) => port === 443);

  it('warns of a web interface that is open to all, unless a flag says how it is meant', () => {
    expect(ui({})).toMatchObject({ kind: 'https', expect: 'open', warnIfPublic: true });
    expect(ui({ ui: 'public' })).toMatchObject({ expect: 'open' });
    expect(ui({ ui: 'public' })).not.toHaveProperty('warnIfPublic');
    expect(ui({ ui: 'private' })).toMatchObject({
      expect: 'closed',
      id: 'https://proxy.example.com:443/ (closed)',
    });
    const listed = ui({ allowListedVantages: ['eu-central-1'] });
    expect(listed).toMatchObject({ expect: 'open', allowListedVantages: ['eu-central-1'] });
    expect(listed).not.toHaveProperty('warnIfPublic');
  });

  it("keeps management and the customer's own services off the internet", () => {
    const closed = expand('cicada-ir').filter((one) => one.expect === 'closed');
    expect(closed.map(({ port }) => port)).toEqual([22, 389, 636, 5985, 5986, 11434]);
    expect(closed.every(({ host, level }) => host === 'proxy.example.com' && level === 'required')).toBe(
      true,
    );
  });

  it('knows 16 far ends on 443 and two time servers on UDP 123', () => {
    const far = expand('cicada-ir', { dependencies: true }).filter(
      ({ isDependency }) => isDependency === true,
    );
    expect(far.filter(({ kind, port }) => kind === 'tls' && port === 443)).toHaveLength(16);
    expect(far.filter(({ kind }) => kind === 'ntp').map(({ host, port }) => [host, port])).toEqual([
      ['pool.ntp.org', 123],
      ['ntp.ubuntu.com', 123],
    ]);
  });
});

describe('web and mail', () => {
  it('web asks for https, and for http that leads there', () => {
    expect(expand('web')).toMatchObject([
      { id: 'http://proxy.example.com:80/', assertions: { redirectToHttps: true } },
      { id: 'https://proxy.example.com:443/' },
    ]);
  });

  it('mail asks for STARTTLS, and adds to it what --replies asks for', () => {
    expect(expand('mail')[0]?.assertions).toEqual({ starttls: true });
    expect(expand('mail', { replies: { domain: 'example.org' } })[0]?.assertions).toEqual({
      starttls: true,
      mxDomain: 'example.org',
    });
  });

  it('checks an IPv6 literal under a bracketed id', () => {
    expect(ids(expand('mail', {}, '2001:db8::25'))).toEqual(['smtp://[2001:db8::25]:25']);
  });
});
