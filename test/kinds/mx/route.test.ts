import { createHash, X509Certificate } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Validated } from '../../../lib/net/dnssec/validated.ts';
import { type Authority, createAuthority, type Issued } from '../../certificates/authority.ts';
import type { Zone } from '../../servers/dns-server.ts';
import { faultsOf } from '../smtp/scenario.ts';
import {
  DOMAIN,
  type MailDomain,
  mailServer,
  POLICY_ADDRESS,
  policyText,
  seeRoute,
  withoutTls,
} from './route.ts';

const A = '198.41.0.1';
const B = '198.41.0.2';
const MX1 = `mx1.${DOMAIN}`;
const MX2 = `mx2.${DOMAIN}`;

let authority: Authority;
let both: Issued;
let other: Issued;

beforeAll(async () => {
  authority = await createAuthority();
  const below = await authority.intermediate();
  both = await below.issue({ names: [MX1, MX2] });
  other = await authority.issue({ names: ['mail.provider.example'] });
});

const TWO: Zone = {
  [DOMAIN]: {
    MX: [
      { preference: 20, exchange: MX2 },
      { preference: 10, exchange: MX1 },
    ],
  },
  [MX1]: { A: [A] },
  [MX2]: { A: [B] },
};
const STS: Zone = {
  ...TWO,
  [`_mta-sts.${DOMAIN}`]: { TXT: ['v=STSv1; id=20261130;'] },
  [`mta-sts.${DOMAIN}`]: { A: [POLICY_ADDRESS] },
};
const see = (domain: MailDomain) => seeRoute(domain, authority);
const healthy = (): NonNullable<MailDomain['servers']> => ({ [A]: mailServer(both), [B]: mailServer(both) });

describe('the MX records', () => {
  test('of a healthy domain: each address is visited once, and signatures are not asked for', async () => {
    const { finding, dialled, questions, servers } = await see({ zone: TWO, servers: healthy() });
    expect(faultsOf(finding)).toEqual([]);
    expect(finding.state).toBe('open');
    expect(finding.summary).toContain(`mx1.${DOMAIN} (10)`);
    expect([...dialled].sort()).toEqual([`${A}:25`, `${B}:25`]);
    expect(Object.values(servers).map(({ connections }) => connections)).toEqual([1, 1]);
    expect(questions.filter((one) => /^(DS|DNSKEY|RRSIG) /.test(one))).toEqual([]);
    expect(questions.filter((one) => one.startsWith('TLSA ')).length).toBe(2);
    for (const { heard, offences } of Object.values(servers)) {
      expect(offences).toEqual([]);
      expect(heard.some((line) => /^(DATA|RCPT)/.test(line))).toBe(false);
    }
  });

  test.each<[string, Zone, string]>([
    ['null MX', { [DOMAIN]: { MX: [{ preference: 0, exchange: '.' }] } }, 'smtp.null-mx fail dns'],
    ['no domain', {}, 'smtp.mx-invalid fail dns'],
    [
      'an address in place of a name',
      { [DOMAIN]: { MX: [{ preference: 5, exchange: A }] } },
      'smtp.mx-is-address fail dns',
    ],
    [
      'a name without address',
      { [DOMAIN]: { MX: [{ preference: 5, exchange: 'gone.example' }] } },
      'smtp.mx-invalid fail dns',
    ],
    ['neither MX nor address', { [DOMAIN]: { TXT: ['x'] } }, 'smtp.mx-invalid fail dns'],
    [
      'cloud metadata',
      {
        [DOMAIN]: { MX: [{ preference: 5, exchange: 'm.example' }] },
        'm.example': { A: ['169.254.169.254'] },
      },
      'smtp.mx-invalid fail dns',
    ],
    [
      'private space',
      { [DOMAIN]: { MX: [{ preference: 5, exchange: 'm.example' }] }, 'm.example': { A: ['10.0.0.9'] } },
      'smtp.mx-invalid fail dns',
    ],
    ['a resolver that fails', { [DOMAIN]: { rcode: 'SERVFAIL' } }, 'dns.servfail fail dns'],
  ])('%s', async (_, zone, fault) => {
    const { finding, dialled } = await see({ zone });
    expect(faultsOf(finding)[0]).toBe(fault);
    expect(finding.state).not.toBe('open');
    expect(dialled).toEqual([]);
  });

  test('a null MX beside others, an alias and a dead end are warnings where another server works', async () => {
    const { finding } = await see({
      zone: {
        [DOMAIN]: {
          MX: [
            { preference: 0, exchange: '.' },
            { preference: 10, exchange: MX1 },
            { preference: 20, exchange: 'alias.example' },
            { preference: 30, exchange: 'gone.example' },
          ],
        },
        [MX1]: { A: [A] },
        'alias.example': { CNAME: MX2 },
        [MX2]: { A: [B] },
      },
      servers: healthy(),
    });
    expect(finding.state).toBe('open');
    const faults = faultsOf(finding);
    expect(faults).toContain('smtp.mx-is-alias warn dns');
    expect(faults.filter((one) => one === 'smtp.mx-invalid warn dns').length).toBe(2);
    const said = finding.faults.map(({ summary }) => summary).join('\n');
    expect(said).toContain('"0 ." (null MX) beside others');
    expect(said).toContain(`"${DOMAIN}. MX 20 ${MX2}."`);
    expect(said).toContain('gone.example has no A or AAAA record');
  });

  test('of sixty exchanges ten are looked up and visited', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `m${index}.example`);
    const zone: Zone = {
      [DOMAIN]: { MX: names.map((exchange, preference) => ({ preference, exchange })) },
      ...Object.fromEntries(
        names.map((name, index) => [name, { A: [`198.41.1.${index}`, `198.41.2.${index}`] }]),
      ),
    };
    const { observation, dialled } = await see({ zone });
    expect(observation.route.exchanges.length).toBe(10);
    expect(observation.route.count).toBe(60);
    expect(dialled.length).toBe(16);
  });
});

describe('the servers', () => {
  test('a dead backup is a warning that names who is left', async () => {
    const { finding } = await see({ zone: TWO, servers: { [A]: mailServer(both) } });
    expect(finding.state).toBe('open');
    expect(faultsOf(finding)).toEqual(['smtp.mx-dead warn host', 'tcp.refused info host']);
    const dead = finding.faults.find(({ cause }) => cause === 'smtp.mx-dead');
    expect(dead).toMatchObject({ severity: 'warn', side: 'host' });
    expect(dead?.summary).toContain(`${MX2} (MX 20 of ${DOMAIN}) takes no mail; senders go on to ${MX1}`);
  });

  test('none that takes mail is a failure', async () => {
    const { finding } = await see({ zone: TWO });
    expect(finding.state).toBe('broken');
    expect(faultsOf(finding)[0]).toBe('smtp.mx-dead fail host');
  });

  test('silence proves nothing until a control on port 25 has answered', async () => {
    const domain: MailDomain = { zone: TWO, silent: [A, B] };
    const blind = await see(domain);
    expect(blind.finding.state).toBe('inconclusive');
    expect(faultsOf(blind.finding)).toEqual([
      'prober.no-control fail prober',
      'prober.no-control fail prober',
    ]);
    const control = { port: 25, family: 4 as const, target: 'c:25', ok: true, detail: '', at: '' };
    const seen = await see({
      ...domain,
      vantage: { id: 'local', kind: 'local', families: [4, 6], controls: [control] },
    });
    expect(seen.finding.state).toBe('broken');
    expect(faultsOf(seen.finding)[0]).toBe('smtp.mx-dead fail network');
  });

  test('one after the other at one server, and each waits for its turn in the run', async () => {
    const turns: string[] = [];
    const zone: Zone = { ...TWO, [DOMAIN]: { MX: [{ preference: 1, exchange: MX1 }] }, [MX1]: { A: [A, B] } };
    const { finding } = await see({
      zone,
      servers: healthy(),
      context: {
        visit: async ({ address }) => {
          turns.push(`begin ${address}`);
          return () => turns.push(`end ${address}`);
        },
      },
    });
    expect(finding.state).toBe('open');
    expect(turns).toEqual([`begin ${A}`, `end ${A}`, `begin ${B}`, `end ${B}`]);
  });
});

describe('MTA-STS', () => {
  const withPolicy = (policy: MailDomain['policy'], servers = healthy()): MailDomain => ({
    zone: STS,
    ...(servers && { servers }),
    ...(policy && { policy }),
  });

  test('that fits is said', async () => {
    const { finding, observation } = await see(
      withPolicy({ body: policyText('enforce', '*.customer.example') }),
    );
    expect(faultsOf(finding)).toEqual([]);
    expect(finding.summary).toContain('the MTA-STS policy (enforce) fits');
    expect(observation.route.mtaSts?.fetch?.policy).toEqual({
      mode: 'enforce',
      maxAge: 86_400,
      mx: ['*.customer.example'],
    });
  });

  test.each([
    ['enforce', 'warn'],
    ['testing', 'warn'],
    ['none', 'info'],
  ])('mode %s: a backup with another certificate is a %s, in words for senders', async (mode, severity) => {
    const servers = { [A]: mailServer(both), [B]: mailServer(other) };
    const { finding } = await see(withPolicy({ body: policyText(mode, MX1, MX2) }, servers));
    const fault = finding.faults.find(({ cause }) => cause === 'smtp.mta-sts-mismatch');
    expect(fault).toMatchObject({ severity, side: 'service' });
    expect(fault?.summary).toContain(MX2);
    if (mode === 'enforce')
      expect(fault?.summary).toContain(`will defer mail to ${MX2}, since its certificate is not valid`);
  });

  test('mode enforce fails where no server fits: not named, without STARTTLS, and the line to add is given', async () => {
    const servers = { [A]: mailServer(both), [B]: withoutTls };
    const { finding } = await see(withPolicy({ body: policyText('enforce', MX2) }, servers));
    const faults = finding.faults.filter(({ cause }) => cause === 'smtp.mta-sts-mismatch');
    expect(faults.map(({ severity }) => severity)).toEqual(['fail', 'fail']);
    expect(faults[0]?.summary).toContain(`add the line "mx: ${MX1}"`);
    expect(faults[1]?.summary).toContain('it offers no STARTTLS');
    expect(faults[1]?.summary).toContain('this mail does not arrive');
  });

  test.each<[string, NonNullable<MailDomain['policy']>, string]>([
    [
      'a redirect to cloud metadata',
      { status: 302, headers: { location: 'http://169.254.169.254/latest/' } },
      'redirect',
    ],
    ['a body without end', { endless: true }, 'too-large'],
    [
      'a gzip bomb',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20_000_000)) },
      'coding',
    ],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>' }, 'content-type'],
    ['404', { status: 404 }, 'status'],
    ['65,537 bytes', { body: Buffer.alloc(65_537, 'a: b\n') }, 'too-large'],
    ['a policy without mx', { body: policyText('enforce') }, 'syntax'],
  ])('%s is no policy: a warning, and nobody follows', async (_, policy, what) => {
    const { finding, observation, dialled } = await see(withPolicy(policy));
    expect(observation.route.mtaSts?.fetch?.fault).toBe(what);
    expect(faultsOf(finding)).toEqual(['smtp.mta-sts-unreachable warn service']);
    expect(dialled.filter((one) => !one.endsWith(':25'))).toEqual([`${POLICY_ADDRESS}:443`]);
  });

  test('a policy host with a certificate of another name is not asked at all', async () => {
    const { observation, finding } = await see(
      withPolicy({ identity: other, body: policyText('enforce', MX1) }),
    );
    expect(observation.route.mtaSts?.fetch).toMatchObject({ fault: 'certificate' });
    expect(finding.summary).toContain(`not valid for mta-sts.${DOMAIN}`);
  });

  test.each<[string, Zone, string]>([
    ['several records', { [`_mta-sts.${DOMAIN}`]: { TXT: ['v=STSv1; id=1', 'v=STSv1; id=2'] } }, 'several'],
    ['a record without id', { [`_mta-sts.${DOMAIN}`]: { TXT: ['v=STSv1;'] } }, 'syntax'],
  ])('%s: nobody asks for the policy', async (_, more, what) => {
    const { observation, finding, dialled } = await see({
      ...withPolicy(undefined),
      zone: { ...STS, ...more },
    });
    expect(observation.route.mtaSts?.recordFault).toBe(what);
    expect(faultsOf(finding)).toEqual(['smtp.mta-sts-unreachable warn dns']);
    expect(dialled.every((one) => one.endsWith(':25'))).toBe(true);
  });

  test('a policy host in private space is not dialled', async () => {
    const zone = { ...STS, [`mta-sts.${DOMAIN}`]: { A: ['169.254.169.254'] } };
    const { observation, dialled } = await see({ ...withPolicy(undefined), zone });
    expect(observation.route.mtaSts?.fetch?.fault).toBe('refused-by-guard');
    expect(dialled.some((one) => one.startsWith('169.'))).toBe(false);
  });
});

describe('DANE', () => {
  const name = (exchange: string) => `_25._tcp.${exchange}`;
  const certificates = ({ chain }: Issued) =>
    [...chain.matchAll(/-----BEGIN[\s\S]+?END CERTIFICATE-----/g)].map(([pem]) => new X509Certificate(pem));
  const spki = (certificate: X509Certificate | undefined) =>
    createHash('sha256')
      .update(certificate?.publicKey.export({ type: 'spki', format: 'der' }) ?? '')
      .digest('hex');
  const signed = (...records: string[]): Validated => ({
    status: 'secure',
    code: 'NOERROR',
    records,
    aliases: [],
    zone: DOMAIN,
  });
  const dane = (one: Validated, two?: Validated): MailDomain => ({
    zone: TWO,
    servers: healthy(),
    tlsa: { [name(MX1)]: one, ...(two && { [name(MX2)]: two }) },
  });
  const fitting = () => `3 1 1 ${spki(certificates(both)[0]).toUpperCase()}`;

  test('records that fit are said, beside one that does not', async () => {
    const { finding, observation } = await see(dane(signed(`3 1 1 ${'00'.repeat(32)}`, fitting())));
    expect(faultsOf(finding)).toEqual([]);
    expect(finding.summary).toContain(`the TLSA records fit the certificates of ${MX1}`);
    expect(observation.route.exchanges[0]?.visits[0]?.fitsTlsa).toEqual([false, true]);
  });

  test.each([
    [
      'the whole certificate, SHA-512',
      () =>
        `3 0 2 ${createHash('sha512')
          .update(certificates(both)[0]?.raw ?? '')
          .digest('hex')}`,
    ],
    ['the whole certificate, exact', () => `3 0 0 ${certificates(both)[0]?.raw.toString('hex')}`],
    [
      'the public key, exact',
      () =>
        `3 1 0 ${certificates(both)[0]?.publicKey.export({ type: 'spki', format: 'der' }).toString('hex')}`,
    ],
  ])('%s fits', async (_, record) => {
    const { finding } = await see(dane(signed(record())));
    expect(faultsOf(finding)).toEqual([]);
  });

  test('of an old key: a warning with the record to publish, a failure where no server fits', async () => {
    const old = `3 1 1 ${'ab'.repeat(32)}`;
    const one = await see(dane(signed(old)));
    expect(faultsOf(one.finding)).toEqual(['smtp.dane-mismatch warn dns']);
    expect(one.finding.summary).toContain(`"${name(MX1)}. IN TLSA 3 1 1 ${spki(certificates(both)[0])}"`);
    const all = await see(dane(signed(old), signed(old)));
    expect(faultsOf(all.finding)).toEqual(['smtp.dane-mismatch fail dns', 'smtp.dane-mismatch fail dns']);
  });

  test('DANE-TA of an issuer that was sent needs the name, DANE-EE does not', async () => {
    const chain = await (await authority.intermediate()).issue({ names: ['mail.provider.example'] });
    const issuer = certificates(chain)[1];
    const servers = { [A]: mailServer(chain), [B]: mailServer(both) };
    expect(issuer).toBeDefined();
    const misnamed = await see({ ...dane(signed(`2 1 1 ${spki(issuer)}`)), servers });
    const refused = misnamed.finding.faults.find(({ cause }) => cause === 'smtp.dane-mismatch');
    expect(refused?.summary).toContain('is not valid for the server');
    const named = await see(dane(signed(`2 1 1 ${spki(certificates(both)[1])}`)));
    expect(faultsOf(named.finding)).toEqual([]);
    const ee = await see({ ...dane(signed(`3 1 1 ${spki(certificates(chain)[0])}`)), servers });
    expect(ee.finding.faults.filter(({ cause }) => cause === 'smtp.dane-mismatch')).toEqual([]);
  });

  test('signatures that are not valid make senders defer; records that are not signed count for nobody', async () => {
    const fault = { is: 'expired' as const, zone: DOMAIN, owner: name(MX1), type: 'TLSA' };
    const bogus = await see(
      dane({ status: 'bogus', code: 'NOERROR', records: [fitting()], aliases: [], zone: DOMAIN, fault }),
    );
    expect(faultsOf(bogus.finding)).toEqual(['smtp.dane-mismatch warn dns']);
    expect(bogus.finding.summary).toContain('SERVFAIL');
    const bare = await see(
      dane({ status: 'insecure', code: 'NOERROR', records: [`3 1 1 ${'00'.repeat(32)}`], aliases: [] }),
    );
    expect(faultsOf(bare.finding)).toEqual([]);
    expect(bare.observation.route.exchanges[0]?.tlsa?.status).toBe('insecure');
  });

  test('usages 0 and 1 are for nobody who sends mail', async () => {
    const { finding } = await see(dane(signed(`1 1 1 ${spki(certificates(both)[0])}`)));
    expect(faultsOf(finding)).toEqual(['smtp.dane-mismatch warn dns']);
    expect(finding.summary).toContain('are not usable for mail');
  });
});
