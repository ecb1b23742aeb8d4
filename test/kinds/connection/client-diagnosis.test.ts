import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { CLIENTS, PROPERTIES, refusalOf } from '../../../lib/kinds/connection/clients.ts';
import { readServerFlight } from '../../../lib/kinds/connection/server-flight.ts';
import { type CertificateOptions, createAuthority } from '../../certificates/authority.ts';
import { listen } from '../../servers/tcp-peers.ts';
import { ocspResponse } from '../../servers/tls-material.ts';
import { tlsServer } from '../../servers/tls-server.ts';
import { observeTls } from '../tls/scenario.ts';

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const root = await createAuthority();
const anchors = [root.root];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey;
const tls12 = { maxVersion: 'TLSv1.2' } as const;
const KEY_ENCIPHERMENT = 4;
const KEY_AGREEMENT = 16;

async function look(options: TlsOptions, certificate: CertificateOptions = {}, host = 'www.test') {
  const { key, chain } = await root.issue({ names: [host], ...certificate });
  return observeTls(await tlsServer({ key, cert: chain, ...options }), { anchors, host });
}

describe('what browsers refuse in the handshake, by the table of clients', () => {
  test.each<[string, TlsOptions, CertificateOptions, string, RegExp]>([
    [
      'DHE alone, 2,048 bits',
      { ...tls12, ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' },
      { privateKey: rsa },
      'tls.key-exchange-refused fail',
      /group of 2048 bits: all current browsers/,
    ],
    [
      'X448 alone',
      { ecdhCurve: 'X448' },
      {},
      'tls.key-exchange-refused fail',
      /group X448 alone: all current browsers/,
    ],
    [
      'P-521 alone',
      { ecdhCurve: 'P-521' },
      {},
      'tls.key-exchange-refused warn',
      /P-521 alone: Chrome and Edge/,
    ],
    [
      'P-521 alone, TLS 1.2',
      { ...tls12, ecdhCurve: 'P-521' },
      {},
      'tls.key-exchange-refused warn',
      /P-521 alone: Chrome and Edge/,
    ],
    [
      'SHA-1 signatures alone, RSA',
      { ...tls12, sigalgs: 'RSA+SHA1', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0' },
      { privateKey: rsa },
      'tls.handshake-signature-refused warn',
      /rsa_pkcs1_sha1 alone: Chrome and Edge.*OpenSSL/,
    ],
    [
      'SHA-1 signatures alone, ECDSA',
      { ...tls12, sigalgs: 'ECDSA+SHA1', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0' },
      {},
      'tls.handshake-signature-refused warn',
      /ecdsa_sha1 alone: Chrome and Edge/,
    ],
    [
      'a CCM suite alone',
      { ...tls12, ciphers: 'ECDHE-ECDSA-AES128-CCM' },
      {},
      'tls.key-exchange-refused fail',
      /encrypts with TLS_ECDHE_ECDSA_WITH_AES_128_CCM alone/,
    ],
    [
      'a CBC suite with SHA-256 alone',
      { ...tls12, ciphers: 'ECDHE-RSA-AES128-SHA256' },
      { privateKey: rsa },
      'tls.key-exchange-refused warn',
      /encrypts with TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 alone: Chrome and Edge/,
    ],
    [
      'a DSA key',
      { ...tls12, ciphers: 'DHE-DSS-AES128-GCM-SHA256:@SECLEVEL=0', dhparam: 'auto' },
      { privateKey: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey },
      'tls.key-refused fail',
      /type dsa with 2048 bits: all current browsers/,
    ],
    [
      'an Ed448 key',
      {},
      { privateKey: generateKeyPairSync('ed448').privateKey },
      'tls.key-refused fail',
      /type ed448/,
    ],
    [
      'an Ed25519 key',
      {},
      { privateKey: generateKeyPairSync('ed25519').privateKey },
      'tls.key-refused warn',
      /type ed25519.*Chrome and Edge/,
    ],
    [
      'a P-521 key',
      {},
      { privateKey: curve('secp521r1') },
      'tls.key-refused warn',
      /521 bits: Chrome and Edge/,
    ],
    [
      'an RSA-PSS key',
      {},
      {
        privateKey: generateKeyPairSync('rsa-pss', {
          modulusLength: 2048,
          hashAlgorithm: 'sha256',
          mgf1HashAlgorithm: 'sha256',
        }).privateKey,
      },
      'tls.key-refused warn',
      /type rsa-pss with 2048 bits: Chrome and Edge/,
    ],
    [
      'an RSA key for encipherment only, with ECDHE',
      tls12,
      { privateKey: rsa, keyUsage: KEY_ENCIPHERMENT },
      'tls.key-usage-refused warn',
      /keyUsage lacks digitalSignature.*Chrome and Edge.*GnuTLS/,
    ],
    [
      'an RSA key for encipherment only, with TLS 1.3',
      {},
      { privateKey: rsa, keyUsage: KEY_ENCIPHERMENT },
      'tls.key-usage-refused warn',
      /keyUsage lacks digitalSignature/,
    ],
    [
      'an EC key for agreement only',
      {},
      { keyUsage: KEY_AGREEMENT },
      'tls.key-usage-refused warn',
      /keyUsage lacks digitalSignature/,
    ],
    [
      'an RSA key for signatures only, with RSA key exchange',
      { ...tls12, ciphers: 'AES128-GCM-SHA256' },
      { privateKey: rsa },
      'tls.key-usage-refused warn',
      /keyUsage lacks keyEncipherment/,
    ],
  ])('%s', async (_, options, certificate, expected, says) => {
    const seen = await look(options, certificate);
    expect(seen.state).toBe('open');
    expect(seen.faults).toContain(expected);
    expect(seen.summaryOf(expected.split(' ')[0] ?? '')).toMatch(says);
  });

  test('static RSA alone is shown by browsers: information', async () => {
    const seen = await look(
      { ...tls12, ciphers: 'AES128-GCM-SHA256' },
      { privateKey: rsa, keyUsage: KEY_ENCIPHERMENT | 1 },
    );
    expect(seen.tls.keyExchange).toEqual({ type: 'RSA' });
    expect(seen.faults).toEqual(['tls.no-forward-secrecy info']);
  });

  test('a server that prefers P-521 and DHE but has what browsers offer is not called by them', async () => {
    const seen = await look(
      {
        ...tls12,
        honorCipherOrder: true,
        ecdhCurve: 'P-521:P-256',
        ciphers: 'DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
        dhparam: 'auto',
      },
      { privateKey: rsa },
    );
    expect(seen.faults).toEqual([]);
    expect(seen.tls).toMatchObject({ keyExchange: { type: 'ECDHE', group: 'prime256v1' } });
    expect(seen.tls.asBrowser).toBeUndefined();
  });

  test('a healthy server is asked once', async () => {
    let connections = 0;
    const { key, chain } = await root.issue({ names: ['www.test'] });
    const server = createServer({ key, cert: chain }, (socket) => socket.on('error', () => {}));
    server.on('connection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const seen = await observeTls((server.address() as AddressInfo).port, { anchors });
    server.close();
    expect(seen.faults).toEqual([]);
    expect(connections).toBe(1);
  });
});

/** Answers any ClientHello of TLS 1.2 with DHE in a group of `bits`, unsigned; a hello without DHE gets alert 40. */
const dheAlone =
  (bits: number) =>
  (socket: Socket): void => {
    const message = (type: number, body: Buffer) =>
      Buffer.concat([Buffer.of(type, 0, body.length >> 8, body.length & 0xff), body]);
    const vector = (body: Buffer) => Buffer.concat([Buffer.of(body.length >> 8, body.length & 0xff), body]);
    const prime = Buffer.concat([Buffer.of(0x80), Buffer.alloc(bits / 8 - 1, 0x5b)]);
    const certificate = vector(Buffer.alloc(0));
    const flight = Buffer.concat([
      message(2, Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32, 7), Buffer.of(0, 0, 0x9e, 0)])),
      message(11, Buffer.concat([Buffer.of(0), certificate])),
      message(
        12,
        Buffer.concat([vector(prime), vector(Buffer.of(2)), vector(prime), Buffer.of(4, 1), vector(prime)]),
      ),
      message(14, Buffer.alloc(0)),
    ]);
    socket.once('data', (hello: Buffer) => {
      const hasDhe = hello.includes(Buffer.of(0x00, 0x9e));
      if (!hasDhe) socket.end(Buffer.of(21, 3, 3, 0, 2, 2, 40));
      else socket.write(Buffer.concat([Buffer.of(22, 3, 3), vector(flight)]));
    });
  };

test.each([480, 512, 768])(
  'a Diffie-Hellman group of %i bits is told by its size, not as "no TLS"',
  async (bits) => {
    const peer = await listen(dheAlone(bits));
    const seen = await observeTls(peer.port, { anchors, spec: { timeoutMs: 3_000 } });
    await peer.close();
    expect(seen.faults).toEqual(['tls.key-exchange-refused fail']);
    expect(seen.finding.summary).toContain(`DHE alone, with a group of ${bits} bits`);
  },
);

test('a cut or spoilt flight of a server is read without harm', () => {
  const hello = Buffer.concat([
    Buffer.of(22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3),
    Buffer.alloc(32, 7),
    Buffer.of(0, 0xc0, 0x2f, 0),
  ]);
  for (let length = 0; length <= hello.length; length += 1) {
    const flight = readServerFlight(hello.subarray(0, length));
    if (length < hello.length) expect(flight).toBeUndefined();
    else expect(flight).toEqual({ suite: 0xc02f, keyExchange: 'other' });
  }
  expect(readServerFlight(Buffer.from('220 mail.test ESMTP'))).toBeUndefined();
});

describe('several certificates of one issuer: who goes astray is named', () => {
  const siblings = async (other: CertificateOptions, otherFirst = true) => {
    const good = await root.intermediate({ subject: 'Twin CA' });
    const twin = await root.intermediate({ subject: 'Twin CA', privateKey: good.privateKey, ...other });
    const { key, cert } = await good.issue({ names: ['www.test'] });
    const sent = otherFirst ? twin.cert + good.cert : good.cert + twin.cert;
    return observeTls(await tlsServer({ key, cert: cert + sent }), { anchors });
  };
  const EXPIRED = { notBefore: inDays(-100), notAfter: inDays(-10) };

  test('an expired one sent first: GnuTLS takes it', async () => {
    const seen = await siblings(EXPIRED);
    expect(seen.faults).toEqual(['tls.chain-ambiguous warn', 'tls.chain-untidy info']);
    expect(seen.finding.summary).toMatch(
      /first one sent.*CN=Twin CA \(serial \w+\) expired on.*: GnuTLS refuses it/,
    );
  });

  test('one that is no authority sent first: OpenSSL and curl take it, and GnuTLS', async () => {
    const seen = await siblings({ ca: false });
    expect(seen.tls.trust?.status).toBe('anchored');
    const summaries = seen.finding.faults.map(({ summary }) => summary).join('\n');
    expect(summaries).toMatch(/first one valid now.*is no CA.*curl \(with OpenSSL\) and OpenSSL refuse it/);
    expect(summaries).toMatch(/first one sent.*GnuTLS refuses it/);
  });

  test('the sound one first: nobody', async () => {
    expect((await siblings(EXPIRED, false)).faults).toEqual(['tls.chain-untidy info']);
  });

  test('an expired anchor with a valid certificate of the same key: OpenSSL and curl follow the anchor', async () => {
    const old = await createAuthority({ subject: 'Cross CA', ...EXPIRED });
    const cross = await root.intermediate({ subject: 'Cross CA', privateKey: old.privateKey });
    const { key, cert } = await old.issue({ names: ['www.test'] });
    const seen = await observeTls(await tlsServer({ key, cert: cert + cross.cert }), {
      anchors: [root.root, old.root],
    });
    expect(seen.faults[0]).toBe('tls.chain-ambiguous warn');
    expect(seen.faults.filter((each) => each.endsWith('fail'))).toEqual([]);
    expect(seen.summaryOf('tls.chain-ambiguous')).toMatch(/CN=Cross CA \(serial \w+\) expired/);
  });
});

test('a chain of twelve certificates is more than Firefox and Java take', async () => {
  let by = root;
  for (let level = 0; level < 11; level += 1) by = await by.intermediate({ subject: `Level ${level}` });
  const { key, chain } = await by.issue({ names: ['www.test'] });
  const seen = await observeTls(await tlsServer({ key, cert: chain }), { anchors });
  expect(seen.faults).toEqual(['tls.chain-too-long warn']);
  expect(seen.finding.summary).toMatch(/sends 12 certificates: Firefox and Java refuse it/);
});

test('a trusted root of 1,024 bits: programs at security level 2 refuse it', async () => {
  const small = await createAuthority({ subject: 'Small Root', keyType: 'rsa-1024' });
  const { key, chain } = await small.issue({ names: ['www.test'] });
  const seen = await observeTls(await tlsServer({ key, cert: chain }), { anchors: [small.root] });
  expect(seen.faults).toEqual(['tls.weak-key warn']);
  expect(seen.finding.summary).toMatch(/root CN=Small Root, which has an RSA key of 1024 bits: curl/);
});

test.each([
  ['*.test', 'tls.cert-name-refused', /wildcard over a single label/],
  ['*.www.test', 'tls.cert-name-mismatch', /does not cover www\.test/],
])('a certificate for %s alone', async (name, cause, says) => {
  const seen = await look({}, { names: [name] });
  expect(seen.summaryOf(cause)).toMatch(says);
});

describe('malformed lists of names', () => {
  const value = (...names: number[][]) => Uint8Array.of(0x30, names.flat().length, ...names.flat());
  const dns = (text: string | Buffer) => {
    const bytes = Buffer.from(text);
    return [0x82, bytes.length, ...bytes];
  };
  test.each<[string, Uint8Array, string[], RegExp]>([
    ['an address of three bytes', value([0x87, 3, 1, 2, 3], dns('www.test')), [], /address.*has 3 bytes/],
    [
      'a name in UTF-8',
      value(dns('bücher.test'), dns('www.test')),
      [],
      /name DNS:bücher\.test is not in ASCII/,
    ],
    // That no name covers the host is the same fault, not one more.
    ['an empty list', value(), ['tls.cert-malformed fail'], /is empty/],
    ['no list', Uint8Array.of(4, 1, 0), ['tls.cert-malformed fail'], /cannot be read/],
  ])('%s', async (_, bytes, alone, says) => {
    const seen = await look(
      {},
      { names: [], subject: 'www.test', extensions: [{ oid: '2.5.29.17', value: bytes }] },
    );
    expect(seen.faults.some((each) => each.startsWith('tls.cert-malformed'))).toBe(true);
    if (alone.length > 0) expect(seen.faults).toEqual(alone);
    expect(seen.summaryOf('tls.cert-malformed')).toMatch(says);
  });
});

describe('a stapled OCSP response', () => {
  const stapled = async (make: (issuer: typeof root, serial: Buffer) => Buffer) => {
    const issuer = await root.intermediate({ subject: 'Stapling CA' });
    const serial = Buffer.from('4a11', 'hex');
    const { key, chain } = await issuer.issue({ names: ['www.test'], serial: '4a11' });
    const server = createServer({ key, cert: chain }, (socket) => socket.on('error', () => {}));
    server.on('OCSPRequest', (_c, _i, done: (error: null, response: Buffer) => void) =>
      done(null, make(issuer, serial)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterAll(() => {
      server.close();
    });
    return observeTls((server.address() as AddressInfo).port, { anchors });
  };

  test('"revoked" is refused by browsers that look', async () => {
    const seen = await stapled((issuer, serial) => ocspResponse(issuer, issuer, serial, 'revoked'));
    expect(seen.tls.staple).toBe('revoked');
    expect(seen.faults[0]).toMatch(/^tls\.cert-revoked /);
    expect(seen.summaryOf('tls.cert-revoked')).toMatch(
      /was revoked on \d{4}-\d\d-\d\d \(no reason given\): .*(Chrome|browsers)/,
    );
  });

  test.each<[string, (issuer: typeof root, serial: Buffer) => Buffer]>([
    ['for another serial number', (issuer) => ocspResponse(issuer, issuer, Buffer.of(0x4a, 0x12), 'revoked')],
    ['signed by a stranger', (issuer, serial) => ocspResponse(issuer, root, serial, 'revoked')],
    [
      'out of date',
      (issuer, serial) => ocspResponse(issuer, issuer, serial, 'revoked', Date.now() - 30 * DAY),
    ],
    ['of bytes that mean nothing', () => Buffer.alloc(200, 0x30)],
    ['cut short', (issuer, serial) => ocspResponse(issuer, issuer, serial, 'revoked').subarray(0, 90)],
  ])('"revoked" %s says nothing', async (_, make) => {
    const seen = await stapled(make);
    expect(seen.tls.staple).toBeUndefined();
    expect(seen.faults).toEqual([]);
  });

  test('"good" is no fault', async () => {
    const seen = await stapled((issuer, serial) => ocspResponse(issuer, issuer, serial, 'good'));
    expect(seen.tls.staple).toBe('good');
    expect(seen.faults).toEqual([]);
  });
});

test('every property of the table is refused by at least one client, and every client says how it is known', () => {
  for (const property of PROPERTIES) expect(refusalOf(property), property).toBeDefined();
  for (const { known } of Object.values(CLIENTS)) {
    expect(known.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(known.by === 'handshake' ? known.version : known.url).not.toBe('');
  }
});
