import { generateKeyPairSync } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { Assertions } from '../../../lib/model/endpoint.ts';
import {
  breakSignature,
  type CertificateOptions,
  createAuthority,
  createCertificate,
} from '../../certificates/authority.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from '../tls/scenario.ts';

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const EXPIRED = { notBefore: inDays(-100), notAfter: inDays(-10) };

const root = await createAuthority();
const middle = await root.intermediate();
const stranger = await createAuthority({ subject: 'Stranger Root' });
const strangeMiddle = await stranger.intermediate({ subject: 'Stranger CA' });
const good = await middle.issue({ names: ['www.test'] });

/** A server's key and what it sends. */
interface Sent extends TlsOptions {
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
    faults: ['tls.cert-expired fail', 'tls.cert-name-mismatch fail', 'tls.chain-incomplete fail'],
  },
  {
    name: 'expired, wrong name, missing intermediate, weak key and weak signature are five',
    sent: alone({ names: ['other.test'], ...EXPIRED, keyType: 'rsa-1024', digest: 'sha1' }),
    faults: [
      'tls.cert-expired fail',
      'tls.cert-name-mismatch fail',
      'tls.chain-incomplete fail',
      'tls.weak-signature fail',
      'tls.weak-key warn',
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
    sent: whole({ names: ['www.test'], notBefore: inDays(-79.5), notAfter: inDays(10.5) }),
    faults: ['tls.cert-expires-soon warn'],
    says: /in 10 days \(limit 30\)/,
  },
  {
    name: 'a certificate of six days with three left is renewed as it should be',
    sent: whole({ names: ['www.test'], notBefore: inDays(-3), notAfter: inDays(3) }),
    faults: [],
  },
  {
    name: 'a certificate of six days with less than a third left warns',
    sent: whole({ names: ['www.test'], notBefore: inDays(-4.5), notAfter: inDays(1.5) }),
    faults: ['tls.cert-expires-soon warn'],
    says: /in 1 days \(limit 2\)/,
  },
  {
    name: 'the limit of a certificate of 47 days is between 15 and 16',
    sent: whole({ names: ['www.test'], notBefore: inDays(-32), notAfter: inDays(15) }),
    faults: ['tls.cert-expires-soon warn'],
    says: /limit 15\.7\)/,
  },
  {
    name: 'sixteen days of 47 are enough, unless more are asked for',
    sent: whole({ names: ['www.test'], notBefore: inDays(-31), notAfter: inDays(16) }),
    faults: [],
  },
  {
    name: 'an intermediate that ends soon warns though its leaf ends before, in its own good time',
    sent: under(
      { subject: 'Ending CA', notBefore: inDays(-800), notAfter: inDays(20.5) },
      { names: ['www.test'], notBefore: inDays(-1), notAfter: inDays(5) },
    ),
    faults: ['tls.cert-expires-soon warn'],
    says: /CN=Ending CA expires .*in 20 days \(limit 30\)/,
  },
  {
    name: 'ten days are enough where seven are asked for',
    sent: whole({ names: ['www.test'], notBefore: inDays(-79.5), notAfter: inDays(10.5) }),
    assertions: { certDaysWarn: 7 },
    faults: [],
  },
  {
    name: 'ten days fail where fourteen are demanded',
    sent: whole({ names: ['www.test'], notBefore: inDays(-79.5), notAfter: inDays(10.5) }),
    assertions: { certDaysFail: 14 },
    faults: ['tls.cert-expires-soon fail'],
    says: /limit 14/,
  },
  {
    name: 'a missing intermediate is named, with the URL where it is published',
    sent: alone({ names: ['www.test'], caIssuers: 'http://ca.test/1.crt' }),
    faults: ['tls.chain-incomplete fail'],
    says: /issuer of CN=www\.test, CN=Inbound Check Test CA 1, was not sent.*published at http:\/\/ca\.test\/1\.crt/,
  },
  {
    name: 'an unrelated intermediate does not complete the chain',
    sent: alone({ names: ['www.test'] }).then(({ key, cert }) => ({ key, cert: cert + strangeMiddle.cert })),
    faults: ['tls.chain-incomplete fail'],
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
    name: 'a root that is neither sent nor among those given with --ca',
    sent: strangeMiddle.issue({ names: ['www.test'] }).then(({ key, chain }) => ({ key, cert: chain })),
    faults: ['tls.chain-incomplete fail'],
    says: /although other certificates were sent: the issuer of CN=Stranger CA, CN=Stranger Root, was not sent.*unless the issuer is a private root/,
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
    faults: ['tls.cert-self-signed fail', 'tls.weak-key warn'],
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
    faults: ['tls.weak-signature fail', 'tls.weak-key warn'],
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
      const spoilt = breakSignature(good);
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
    faults: ['tls.chain-ambiguous warn', 'tls.chain-untidy info'],
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

describe('certificates that share a name and key', () => {
  const twins = async (other: CertificateOptions, by = root) => {
    const fresh = await by.intermediate({ subject: 'Twice CA', keyType: 'rsa-2048' });
    const twin = await by.intermediate({ subject: 'Twice CA', privateKey: fresh.privateKey, ...other });
    const { key, cert } = await fresh.issue({ names: ['www.test'] });
    return { key, before: cert + twin.cert + fresh.cert, after: cert + fresh.cert + twin.cert };
  };
  test.each<[string, CertificateOptions]>([
    ['valid from tomorrow, and the longest-lived', { notBefore: inDays(1), notAfter: inDays(40 * 365) }],
    ['expired', EXPIRED],
    ['no CA', { ca: false, notAfter: inDays(40 * 365) }],
    ['for other names', { permitted: ['other.test'], notAfter: inDays(40 * 365) }],
    ['for mail only', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'], notAfter: inDays(40 * 365) }],
  ])('with a valid one, one that is %s does no harm, in either place', async (_, other) => {
    const { key, before, after } = await twins(other);
    for (const cert of [before, after]) {
      const seen = await observeTls(await tlsServer({ key, cert }), { anchors: [root.root] });
      expect(seen.faults.filter((each) => each.endsWith('fail'))).toEqual([]);
      expect(seen.tls.trust?.status).toBe('anchored');
    }
  });

  test('one that is signed with SHA-1 does no harm with a valid one', async () => {
    const rsaRoot = await createAuthority({ subject: 'RSA Root', keyType: 'rsa-2048' });
    const { key, before, after } = await twins({ digest: 'sha1', notAfter: inDays(40 * 365) }, rsaRoot);
    for (const cert of [before, after]) {
      const seen = await observeTls(await tlsServer({ key, cert }), { anchors: [rsaRoot.root] });
      expect(seen.faults.filter((each) => each.endsWith('fail'))).toEqual([]);
    }
  });

  test('of two anchors, one of which expired, the valid one counts', async () => {
    const fresh = await createAuthority({ subject: 'Renewed Root' });
    const old = await createAuthority({ subject: 'Renewed Root', privateKey: fresh.privateKey, ...EXPIRED });
    const future = await createAuthority({
      subject: 'Renewed Root',
      privateKey: fresh.privateKey,
      notBefore: inDays(1),
      notAfter: inDays(50 * 365),
    });
    const { key, chain } = await fresh.issue({ names: ['www.test'] });
    const port = await tlsServer({ key, cert: chain });
    const seen = await observeTls(port, { anchors: [old.root, future.root, fresh.root] });
    expect(seen.faults).toEqual([]);
  });

  test('the choice among them is made again when a date has passed', async () => {
    const early = await root.intermediate({ subject: 'Relay CA', notAfter: inDays(5) });
    const late = await root.intermediate({
      subject: 'Relay CA',
      privateKey: early.privateKey,
      notBefore: inDays(4),
    });
    const { key, cert } = await early.issue({ names: ['www.test'] });
    const port = await tlsServer({ key, cert: cert + early.cert + late.cert });
    expect((await observeTls(port, { anchors: [root.root] })).tls.trust?.path).toEqual([0, 1]);
  });
});

describe('an anchor that is no root', () => {
  test('an intermediate given with --ca is trusted, sent or not', async () => {
    const hidden = await createAuthority({ subject: 'Hidden Root' });
    const trusted = await hidden.intermediate({ subject: 'Trusted Middle' });
    const { key, cert, chain } = await trusted.issue({ names: ['www.test'] });
    for (const sent of [cert, chain, chain + hidden.root]) {
      const seen = await observeTls(await tlsServer({ key, cert: sent }), { anchors: [trusted.cert] });
      expect(seen.faults).toEqual([]);
      expect(seen.tls.trust).toMatchObject({ status: 'anchored', anchor: 'CN=Trusted Middle' });
    }
  });

  test('the server’s own certificate given with --ca is trusted, and its dates are reported once', async () => {
    const hidden = await createAuthority({ subject: 'Hidden Root' });
    const own = await hidden.issue({ names: ['www.test'] });
    const seen = await observeTls(await tlsServer({ key: own.key, cert: own.cert }), { anchors: [own.cert] });
    expect(seen.faults).toEqual([]);
    const old = await hidden.issue({ names: ['www.test'], ...EXPIRED });
    const late = await observeTls(await tlsServer({ key: old.key, cert: old.cert }), { anchors: [old.cert] });
    expect(late.faults).toEqual(['tls.cert-expired fail']);
    expect(late.summaryOf('tls.cert-expired')).not.toMatch(/root/);
  });
});

describe('one fault has one reason', () => {
  const EXPIRED_LEAF = { names: ['www.test'], ...EXPIRED };
  const long = async (length: number, leaf: CertificateOptions): Promise<Sent> => {
    let by = root;
    for (let level = 0; level < length; level += 1) by = await by.intermediate({ subject: `Level ${level}` });
    const { key, chain } = await by.issue(leaf);
    return { key, cert: chain };
  };
  const stuffed = async (leaf: CertificateOptions): Promise<Sent> => {
    const { key, cert } = await middle.issue(leaf);
    const stuffing = Array.from(
      { length: 20 },
      (_, n) => createCertificate({ subject: `stuffing ${n}` }).cert,
    );
    return { key, cert: cert + stuffing.join('') + middle.cert };
  };

  test('a path of fourteen intermediates with an expired leaf is expired, and too long for some, and nothing else', async () => {
    const seen = await observeTls(await tlsServer(await long(14, EXPIRED_LEAF)), { anchors: [root.root] });
    expect(seen.faults).toEqual(['tls.cert-expired fail', 'tls.chain-too-long warn']);
    expect(seen.tls.trust?.path).toHaveLength(15);
  });

  test('an issuer behind twenty others was sent', async () => {
    const seen = await observeTls(await tlsServer(await stuffed(EXPIRED_LEAF)), { anchors: [root.root] });
    expect(seen.faults).toEqual(['tls.cert-expired fail', 'tls.chain-too-long warn']);
    expect(seen.tls.trust?.path).toEqual([0, 21]);
    expect(seen.tls.chain).toHaveLength(22);
  });

  test('names are separated with a comma, and counted in full', async () => {
    const comma = await whole({ names: ['a.test, DNS:www.test'] });
    const seen = await observeTls(await tlsServer(comma), { anchors: [root.root] });
    expect(seen.faults).toEqual(['tls.cert-name-mismatch fail']);
    expect(seen.finding.summary).toContain('it is for DNS:"a.test, dns:www.test".');
    const many = await whole({ names: Array.from({ length: 2_000 }, (_, n) => `n${n}.example`) });
    const counted = await observeTls(await tlsServer(many), { anchors: [root.root] });
    expect(counted.finding.summary).toContain('DNS:n4.example and 1995 more.');
  });
});

describe('keys and purposes, by the table of clients', () => {
  const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  const WWW = { names: ['www.test'] };
  const ANY = ['2.5.29.37.0'];
  const CLIENT_AUTH = ['1.3.6.1.5.5.7.3.2'];
  const raw = (hex: string) => [{ oid: '2.5.29.17', value: Buffer.from(hex, 'hex') }];
  const spoiltNames = (hex: string) => whole({ subject: 'www.test', extensions: raw(hex) });
  const onCurve = async (name: string): Promise<Sent> => ({
    ...(await whole({ ...WWW, privateKey: curve(name) })),
    // Else OpenSSL's server has no group in common with its own certificate, and refuses everyone.
    ecdhCurve: `${name}:P-256`,
    maxVersion: 'TLSv1.2',
  });
  const NO_SIGNATURE_NO_EXCHANGE = 2;

  test.each<[string, Sent | Promise<Sent>, string[], RegExp]>([
    [
      'RSA of 1024 bits',
      whole({ ...WWW, privateKey: rsa(1_024) }),
      ['tls.weak-key warn'],
      /1024 bits .*Safari, curl/,
    ],
    [
      'RSA of 768 bits',
      whole({ ...WWW, privateKey: rsa(768) }),
      ['tls.weak-key fail'],
      /768 bits .*all current browsers/,
    ],
    [
      'an issuer with RSA of 1024 bits',
      under({ keyType: 'rsa-1024' }),
      ['tls.weak-key warn'],
      /issuing certificate .*1024 bits/,
    ],
    [
      'secp256k1',
      onCurve('secp256k1'),
      ['tls.key-refused fail'],
      /on the elliptic curve secp256k1: all current browsers/,
    ],
    [
      'brainpool',
      onCurve('brainpoolP384r1'),
      ['tls.key-refused fail'],
      /on the elliptic curve brainpoolP384r1/,
    ],
    [
      'an issuer with Ed448',
      under({ keyType: 'ed448' }),
      ['tls.key-refused warn'],
      /CN=www\.test, which is signed with ed448: Chrome and Edge and Firefox refuse it/,
    ],
    [
      'an issuer with Ed25519',
      under({ keyType: 'ed25519' }),
      ['tls.key-refused warn'],
      /signed with ed25519/,
    ],
    [
      'an issuer with DSA',
      under({
        privateKey: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
      }),
      ['tls.key-refused warn'],
      /signed with dsa-with-SHA256/,
    ],
    [
      'an issuer on secp256k1',
      under({ privateKey: curve('secp256k1') }),
      ['tls.key-refused warn'],
      /signed with a key on the elliptic curve secp256k1/,
    ],
    ['an issuer on P-521', under({ privateKey: curve('secp521r1') }), [], /speaks/],
    [
      'any purpose alone',
      whole({ ...WWW, extendedKeyUsage: ANY }),
      ['tls.chain-invalid warn'],
      /for any purpose .*Firefox, curl/,
    ],
    [
      'an issuer for any purpose alone',
      under({ extendedKeyUsage: ANY }),
      ['tls.chain-invalid warn'],
      /CN=Inbound Check Test CA.*for any purpose/,
    ],
    [
      'any purpose and clients',
      whole({ ...WWW, extendedKeyUsage: [...ANY, ...CLIENT_AUTH] }),
      ['tls.chain-invalid warn'],
      /for any purpose/,
    ],
    [
      'clients alone',
      whole({ ...WWW, extendedKeyUsage: CLIENT_AUTH }),
      ['tls.chain-invalid fail'],
      /lacks serverAuth/,
    ],
    [
      'a key for neither signature nor exchange',
      whole({ ...WWW, keyUsage: NO_SIGNATURE_NO_EXCHANGE }),
      ['tls.chain-invalid fail'],
      /no signature and no key exchange/,
    ],
    [
      'an empty list of names',
      spoiltNames('3000'),
      ['tls.cert-malformed fail'],
      /is empty\): all current browsers refuse it/,
    ],
    [
      'no list of names',
      spoiltNames('0500'),
      ['tls.cert-malformed fail'],
      /cannot be read\): all current browsers, curl/,
    ],
    [
      'a list of names that is cut short',
      spoiltNames('300a8208777777'),
      ['tls.cert-malformed fail'],
      /cannot be read/,
    ],
  ])('%s', async (_, sent, faults, says) => {
    const seen = await observeTls(await tlsServer(await sent), { anchors: [root.root] });
    expect(seen.faults).toEqual(faults);
    expect(seen.finding.summary).toMatch(says);
    for (const { summary } of seen.finding.faults) expect(summary).not.toMatch(/[A-Z]+_[A-Z_]+/);
  });
});

describe('an issuer that was not sent, above an intermediate that was', () => {
  const seenUnder = async (leaf: CertificateOptions, anchors: readonly string[]) => {
    const upper = await root.intermediate({ subject: 'Upper CA' });
    const lower = await upper.intermediate({ subject: 'Lower CA' });
    const own = await lower.issue({ names: ['www.test'], ...leaf });
    return observeTls(await tlsServer({ key: own.key, cert: own.cert + lower.cert }), { anchors });
  };
  const PUBLIC = { oid: '1.3.6.1.4.1.11129.2.4.2', value: Buffer.from('04020000', 'hex') };
  const DOMAIN_VALIDATED = { oid: '2.5.29.32', value: Buffer.from('300a3008060667810c010201', 'hex') };
  const CORPORATE = { oid: '2.5.29.32', value: Buffer.from('30083006060460030401', 'hex') };

  test.each([
    ['the root was given with --ca', {}, [root.root], 'tls.chain-incomplete fail'],
    ['signed timestamps: a public authority', { extensions: [PUBLIC] }, [], 'tls.chain-incomplete fail'],
    ['a policy of the CA/Browser Forum', { extensions: [DOMAIN_VALIDATED] }, [], 'tls.chain-incomplete fail'],
    ['a policy of its own', { extensions: [CORPORATE] }, [], 'tls.cert-untrusted-root fail'],
    ['nothing tells: most private roots are not sent', {}, [], 'tls.cert-untrusted-root fail'],
  ])('%s: one cause, whose text names the other', async (_, leaf, anchors, expected) => {
    const seen = await seenUnder(leaf, anchors);
    expect(seen.faults).toEqual([expected]);
    expect(seen.finding.summary).toMatch(/issuer of CN=Lower CA, CN=Upper CA, was not sent/);
    expect(seen.finding.summary).toMatch(
      /unless the issuer is a private root|one more intermediate certificate that must be installed/,
    );
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
