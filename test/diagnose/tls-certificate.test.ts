import { describe, expect, test } from 'vitest';
import type { Assertions } from '../../lib/model/endpoint.ts';
import {
  type CertificateOptions,
  createAuthority,
  createCertificate,
  spoilSignature,
} from '../certificates/authority.ts';
import { observeTls } from '../probe/tls-scenario.ts';
import { tlsServer } from '../servers/tls-server.ts';

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const EXPIRED = { notBefore: inDays(-100), notAfter: inDays(-10) };

const root = await createAuthority();
const middle = await root.intermediate();
const stranger = await createAuthority({ subject: 'Stranger Root' });
const strangeMiddle = await stranger.intermediate({ subject: 'Stranger CA' });
const good = await middle.issue({ names: ['www.test'] });

/** A server's key and what it sends. */
interface Sent {
  readonly key: string;
  readonly cert: string;
}
const whole = async (options: CertificateOptions): Promise<Sent> => {
  const { key, chain } = await middle.issue(options);
  return { key, cert: chain };
};
const alone = async (options: CertificateOptions): Promise<Sent> => middle.issue(options);
const under = async (authority: CertificateOptions, leaf: CertificateOptions = {}): Promise<Sent> => {
  const { key, chain } = await (await root.intermediate(authority)).issue({ names: ['www.test'], ...leaf });
  return { key, cert: chain };
};

const cases: readonly {
  readonly name: string;
  readonly sent: Sent | Promise<Sent>;
  readonly host?: string;
  readonly assertions?: Assertions;
  readonly faults: readonly string[];
  readonly says?: RegExp;
}[] = [
  { name: 'a sound chain has no fault', sent: whole({ names: ['www.test'] }), faults: [] },
  {
    name: 'a wildcard covers one label',
    sent: whole({ names: ['*.www.test'] }),
    host: 'a.www.test',
    faults: [],
  },
  {
    name: 'a wildcard does not cover two labels',
    sent: whole({ names: ['*.www.test'] }),
    host: 'a.b.www.test',
    faults: ['tls.cert-name-mismatch fail'],
    says: /does not cover a\.b\.www\.test: it is for DNS:\*\.www\.test/,
  },
  {
    name: 'an address in the certificate covers the address',
    sent: whole({ ip: ['127.0.0.1'] }),
    host: '127.0.0.1',
    faults: [],
  },
  {
    name: 'an expired certificate',
    sent: whole({ names: ['www.test'], ...EXPIRED }),
    faults: ['tls.cert-expired fail'],
    says: /certificate of www\.test expired on \d{4}-\d\d-\d\d \(10 days ago\)/,
  },
  {
    name: 'expired, wrong name and missing intermediate are three faults',
    sent: alone({ names: ['other.test'], ...EXPIRED }),
    faults: [
      'tls.cert-expired fail',
      'tls.cert-name-mismatch fail',
      'tls.chain-incomplete fail',
      'tls.cert-untrusted-root info',
    ],
  },
  {
    name: 'expired, wrong name, missing intermediate, weak key and weak signature are five',
    sent: alone({ names: ['other.test'], ...EXPIRED, keyType: 'rsa-1024', digest: 'sha1' }),
    faults: [
      'tls.cert-expired fail',
      'tls.cert-name-mismatch fail',
      'tls.chain-incomplete fail',
      'tls.weak-key fail',
      'tls.weak-signature fail',
      'tls.cert-untrusted-root info',
    ],
    says: /1024 bits/,
  },
  {
    name: 'an expired self-signed certificate for another name',
    sent: createCertificate({ names: ['other.test'], ...EXPIRED }),
    faults: ['tls.cert-expired fail', 'tls.cert-name-mismatch fail', 'tls.cert-self-signed fail'],
  },
  {
    name: 'a certificate of tomorrow',
    sent: whole({ names: ['www.test'], notBefore: inDays(1) }),
    faults: ['tls.cert-not-yet-valid fail'],
  },
  {
    name: 'an expired intermediate',
    sent: under({ subject: 'Old CA', ...EXPIRED }),
    faults: ['tls.cert-expired fail'],
    says: /issuing certificate CN=Old CA expired/,
  },
  {
    name: 'a certificate that expires in ten days warns',
    sent: whole({ names: ['www.test'], notAfter: inDays(10.5) }),
    faults: ['tls.cert-expires-soon warn'],
    says: /in 10 days \(limit 30\)/,
  },
  {
    name: 'ten days are enough where seven are asked for',
    sent: whole({ names: ['www.test'], notAfter: inDays(10.5) }),
    assertions: { certDaysWarn: 7 },
    faults: [],
  },
  {
    name: 'ten days fail where fourteen are demanded',
    sent: whole({ names: ['www.test'], notAfter: inDays(10.5) }),
    assertions: { certDaysFail: 14 },
    faults: ['tls.cert-expires-soon fail'],
    says: /limit 14/,
  },
  {
    name: 'a missing intermediate is named, with the URL where it is published',
    sent: alone({ names: ['www.test'], caIssuers: 'http://ca.test/1.crt' }),
    faults: ['tls.chain-incomplete fail', 'tls.cert-untrusted-root info'],
    says: /issuer of CN=www\.test, CN=Inbound Check Test CA 1, was not sent.*published at http:\/\/ca\.test\/1\.crt/,
  },
  {
    name: 'an unrelated intermediate does not complete the chain',
    sent: alone({ names: ['www.test'] }).then(({ key, cert }) => ({ key, cert: cert + strangeMiddle.cert })),
    faults: ['tls.chain-incomplete fail', 'tls.cert-untrusted-root info'],
    says: /although other certificates were/,
  },
  {
    name: 'a private root that is sent',
    sent: strangeMiddle
      .issue({ names: ['www.test'] })
      .then(({ key, chain }) => ({ key, cert: chain + stranger.root })),
    faults: ['tls.cert-untrusted-root fail'],
    says: /root CN=Stranger Root, which was sent/,
  },
  {
    name: 'a private root that is not sent',
    sent: strangeMiddle.issue({ names: ['www.test'] }).then(({ key, chain }) => ({ key, cert: chain })),
    faults: ['tls.cert-untrusted-root fail', 'tls.chain-incomplete info'],
    says: /issuer of CN=Stranger CA, CN=Stranger Root, was not sent/,
  },
  {
    name: 'another root of the same name is not the trusted one',
    sent: createAuthority().then(async (twin) => {
      const { key, chain } = await twin.issue({ names: ['www.test'] });
      return { key, cert: chain + twin.root };
    }),
    faults: ['tls.cert-untrusted-root fail'],
  },
  {
    name: 'a self-signed certificate',
    sent: createCertificate({ names: ['www.test'] }),
    faults: ['tls.cert-self-signed fail'],
  },
  {
    name: 'the weak signature of a self-signed certificate does not count, its weak key does',
    sent: createCertificate({ names: ['www.test'], keyType: 'rsa-1024', digest: 'sha1' }),
    faults: ['tls.cert-self-signed fail', 'tls.weak-key fail'],
  },
  {
    name: 'MD5 by an intermediate with RSA',
    sent: under({ keyType: 'rsa-2048' }, { digest: 'md5' }),
    faults: ['tls.weak-signature fail'],
    says: /certificate of www\.test is signed with md5WithRSAEncryption/,
  },
  {
    name: 'a weak intermediate',
    sent: under({ subject: 'Small CA', keyType: 'rsa-1024', digest: 'sha1' }),
    faults: ['tls.weak-key fail', 'tls.weak-signature fail'],
    says: /issuing certificate CN=Small CA has a key of 1024 bits/,
  },
  {
    name: 'a curve of 192 bits',
    sent: under({ keyType: 'ec-p192' }),
    faults: ['tls.weak-key fail'],
    says: /192 bits \(ec\)/,
  },
  {
    name: 'a name outside the permitted ones',
    sent: under({ subject: 'Narrow CA', permitted: ['other.test'] }),
    faults: ['tls.chain-invalid fail'],
    says: /CN=Narrow CA may not vouch for CN=www\.test: www\.test is not among the permitted names/,
  },
  {
    name: 'an expired certificate does not hide that its name is outside the permitted ones',
    sent: under({ permitted: ['other.test'] }, EXPIRED),
    faults: ['tls.cert-expired fail', 'tls.chain-invalid fail'],
  },
  {
    name: 'an expired certificate of an intermediate that is no CA',
    sent: under({ subject: 'Mere Server', ca: false }, EXPIRED),
    faults: ['tls.cert-expired fail', 'tls.chain-invalid fail'],
    says: /CN=Mere Server issued a certificate but is no CA/,
  },
  {
    name: 'an expired certificate beyond the path length',
    sent: root
      .intermediate({ subject: 'Last CA', pathLength: 0 })
      .then((last) => last.intermediate({ subject: 'One Too Many' }))
      .then((low) => low.issue({ names: ['www.test'], ...EXPIRED }))
      .then(({ key, chain }) => ({ key, cert: chain })),
    faults: ['tls.cert-expired fail', 'tls.chain-invalid fail'],
    says: /CN=Last CA allows 0 intermediate/,
  },
  {
    name: 'an expired certificate that is not meant for servers',
    sent: whole({ names: ['www.test'], extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'], ...EXPIRED }),
    faults: ['tls.cert-expired fail', 'tls.chain-invalid fail'],
    says: /lacks serverAuth/,
  },
  {
    name: 'an expired certificate with an unknown critical extension',
    sent: whole({
      names: ['www.test'],
      extensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: true, value: Uint8Array.of(5, 0) }],
      ...EXPIRED,
    }),
    faults: ['tls.cert-expired fail', 'tls.chain-invalid fail'],
    says: /1\.3\.6\.1\.4\.1\.99999\.1/,
  },
  {
    name: 'a signature that does not verify',
    sent: (() => {
      const spoilt = spoilSignature(good);
      return { key: good.key, cert: spoilt.cert + middle.cert };
    })(),
    faults: ['tls.chain-invalid fail'],
    says: /signature of CN=www\.test does not verify/,
  },
  {
    name: 'the wrong order is a remark',
    sent: root
      .intermediate({ subject: 'Upper CA' })
      .then(async (upper) => ({ upper, lower: await upper.intermediate({ subject: 'Lower CA' }) }))
      .then(async ({ upper, lower }) => {
        const { key, cert } = await lower.issue({ names: ['www.test'] });
        return { key, cert: cert + upper.cert + lower.cert };
      }),
    faults: ['tls.chain-untidy info'],
    says: /^www\.test sends an untidy chain: .*wrong order/,
  },
  {
    name: 'certificates that belong to no path are a remark',
    sent: { key: good.key, cert: good.chain + strangeMiddle.cert },
    faults: ['tls.chain-untidy info'],
    says: /one certificate is sent that belongs to no path/,
  },
  {
    name: 'an extra certificate may be as old as it likes',
    sent: root
      .intermediate({ subject: 'Forgotten CA', ...EXPIRED })
      .then((forgotten) => ({ key: good.key, cert: good.chain + forgotten.cert })),
    faults: ['tls.chain-untidy info'],
  },
  {
    name: 'of two intermediates for one key, the one that is still valid is not called expired',
    sent: (async () => {
      const fresh = await root.intermediate({ subject: 'Twice CA' });
      const old = await root.intermediate({ subject: 'Twice CA', privateKey: fresh.privateKey, ...EXPIRED });
      const { key, cert } = await fresh.issue({ names: ['www.test'] });
      return { key, cert: cert + old.cert + fresh.cert };
    })(),
    faults: ['tls.chain-untidy info'],
  },
  {
    name: 'a trusted root that is sent along is no fault',
    sent: { key: good.key, cert: good.chain + root.root },
    faults: [],
  },
  {
    name: 'must-staple without a staple is a remark',
    sent: whole({ names: ['www.test'], mustStaple: true }),
    faults: ['tls.staple-missing info'],
  },
];

describe('certificates, each fault by itself', () => {
  test.each(cases)('$name', async ({ sent, host, assertions, faults, says }) => {
    const port = await tlsServer(await sent);
    const seen = await observeTls(port, {
      anchors: [root.root],
      ...(host !== undefined && { host }),
      ...(assertions && { assertions }),
    });
    expect(seen.faults).toEqual(faults);
    expect(seen.state).toBe('open');
    if (says) expect(seen.finding.faults.map(({ summary }) => summary).join('\n')).toMatch(says);
    else expect(seen.finding.summary).not.toBe('');
  });
});

test('dates are judged at the time that diagnosis is given, not when the chain was first seen', async () => {
  const port = await tlsServer({ key: good.key, cert: good.chain });
  const anchors = [root.root];
  expect((await observeTls(port, { anchors })).faults).toEqual([]);
  expect((await observeTls(port, { anchors, now: Date.now() + 85 * DAY })).faults).toEqual([
    'tls.cert-expires-soon warn',
  ]);
  expect((await observeTls(port, { anchors, now: Date.now() + 95 * DAY })).faults).toEqual([
    'tls.cert-expired fail',
  ]);
  expect((await observeTls(port, { anchors, now: Date.now() - 5 * DAY })).faults).toEqual([
    'tls.cert-not-yet-valid fail',
  ]);
});

test('an expired root is named, as dates of the anchor count too', async () => {
  const old = await createAuthority({ subject: 'Expired Root', ...EXPIRED });
  const { key, chain } = await old.issue({ names: ['www.test'] });
  const seen = await observeTls(await tlsServer({ key, cert: chain }), { anchors: [old.root] });
  expect(seen.faults).toEqual(['tls.cert-expired fail']);
  expect(seen.summaryOf('tls.cert-expired')).toMatch(/root CN=Expired Root expired/);
});

test('a self-signed certificate that was given as anchor is trusted', async () => {
  const own = createCertificate({ names: ['www.test'] });
  const seen = await observeTls(await tlsServer({ key: own.key, cert: own.cert }), { anchors: [own.cert] });
  expect(seen.faults).toEqual([]);
  expect(seen.tls.trust?.anchor).toBe('CN=www.test');
});
