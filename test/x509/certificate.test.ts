import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALT_NAMES_SHOWN, parseCertificate } from '../../lib/x509/certificate.ts';
import { oidText, readAll, readDer, timeText } from '../../lib/x509/der.ts';
import { type CertificateOptions, createAuthority, createCertificate } from '../certificates/authority.ts';

const factsOf = (options: CertificateOptions) => parsed(createCertificate(options).cert).facts;

function parsed(pem: string) {
  const certificate = parseCertificate(new X509Certificate(pem));
  if (!certificate) throw new Error('unreadable');
  return certificate;
}

test('facts of a server certificate', async () => {
  const ca = await createAuthority({
    subject: [
      ['C', 'CH'],
      ['O', 'Test, Inc.'],
      ['CN', 'Test Root'],
    ],
  });
  const { cert } = await ca.issue({
    names: ['WWW.example.com', '*.example.com'],
    ip: ['192.0.2.1', '2001:db8:0:0:1:0:0:1'],
    subject: 'www.example.com',
    serial: '0102abcd',
    notBefore: new Date('2026-01-02T03:04:05Z'),
    notAfter: new Date('2051-01-02T03:04:05Z'),
    caIssuers: 'http://ca.test/root.crt',
    mustStaple: true,
  });
  const certificate = parsed(cert);
  expect(certificate.facts).toEqual({
    subject: 'CN=www.example.com',
    issuer: 'CN=Test Root, O=Test\\, Inc., C=CH',
    altNames: ['DNS:www.example.com', 'DNS:*.example.com', 'IP:192.0.2.1', 'IP:2001:db8::1:0:0:1'],
    serial: '0102abcd',
    notBefore: '2026-01-02T03:04:05.000Z',
    notAfter: '2051-01-02T03:04:05.000Z',
    keyType: 'ec',
    keyBits: 256,
    signatureAlgorithm: 'ecdsa-with-SHA256',
    fingerprint256: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase(),
    selfSigned: false,
    isCa: false,
  });
  expect(certificate.caIssuers).toEqual(['http://ca.test/root.crt']);
  expect(certificate.mustStaple).toBe(true);
});

test.each([
  ['ec-p192', 'sha1', 'ec', 192, 'ecdsa-with-SHA1'],
  ['ec-p224', 'sha256', 'ec', 224, 'ecdsa-with-SHA256'],
  ['ec-p384', 'sha384', 'ec', 384, 'ecdsa-with-SHA384'],
  ['rsa-1024', 'md5', 'rsa', 1024, 'md5WithRSAEncryption'],
  ['rsa-1024', 'sha1', 'rsa', 1024, 'sha1WithRSAEncryption'],
  ['rsa-2048', 'sha512', 'rsa', 2048, 'sha512WithRSAEncryption'],
  ['ed25519', 'sha256', 'ed25519', 256, 'ed25519'],
  ['ed448', 'sha256', 'ed448', 456, 'ed448'],
] as const)('a key %s that signs with %s', (keyType, digest, type, keyBits, signatureAlgorithm) => {
  expect(factsOf({ keyType, digest })).toMatchObject({
    keyType: type,
    keyBits,
    signatureAlgorithm,
    selfSigned: true,
  });
});

describe('what a stranger wrote', () => {
  test.each([
    ['control characters', 'a\u0000b\u001b[2J\r\nc', 'CN=a\\x00b\\x1b[2J\\r\\nc'],
    ['bidirectional overrides', 'moc.\u202eelgoog', 'CN=moc.\\u{202e}elgoog'],
    ['a forged further attribute', 'a, O=Trusted', 'CN=a\\, O\\=Trusted'],
  ])('%s in a name cannot act', (_, subject, shown) => {
    expect(factsOf({ subject }).subject).toBe(shown);
  });

  test('HTML stays text for the format that escapes it', () => {
    expect(factsOf({ subject: '<script>alert(1)</script>' }).subject).toBe(
      'CN=\\<script\\>alert(1)\\</script\\>',
    );
  });

  test('a name of 64 KB is cut', () => {
    const facts = factsOf({ subject: 'x'.repeat(65_536), names: [`${'y'.repeat(65_536)}.test`] });
    expect(facts.subject.length).toBeLessThanOrEqual(300);
    expect(facts.altNames[0]?.length).toBeLessThanOrEqual(310);
  });

  test('of 1,000 alternative names a hundred are shown and the rest counted', () => {
    const { altNames, altNameCount } = factsOf({
      names: Array.from({ length: 1_000 }, (_, n) => `n${n}.test`),
    });
    expect(altNames).toHaveLength(ALT_NAMES_SHOWN);
    expect(altNameCount).toBe(1_000);
  });

  test('an alternative name with control characters', () => {
    expect(factsOf({ names: ['a\u0000.test'] }).altNames).toEqual(['DNS:a\\x00.test']);
  });
});

test('every one of Mozilla’s roots can be read, and agrees with OpenSSL', () => {
  for (const pem of rootCertificates) {
    const openssl = new X509Certificate(pem);
    const { facts } = parsed(pem);
    expect(facts.selfSigned).toBe(true);
    expect(facts.isCa).toBe(true);
    expect(Date.parse(facts.notAfter)).toBe(Date.parse(openssl.validTo));
    expect(Date.parse(facts.notBefore)).toBe(Date.parse(openssl.validFrom));
    const { asymmetricKeyType, asymmetricKeyDetails } = openssl.publicKey;
    expect(facts.keyType).toBe(asymmetricKeyType);
    if (asymmetricKeyType === 'rsa') expect(facts.keyBits).toBe(asymmetricKeyDetails?.modulusLength);
  }
});

describe('bytes that are no certificate', () => {
  test('a spoilt certificate that OpenSSL still reads gives facts or nothing, never an exception', () => {
    const { der } = createCertificate({
      names: ['www.test'],
      ip: ['192.0.2.1'],
      permitted: ['test'],
      mustStaple: true,
      caIssuers: 'http://ca.test/',
    });
    const change = fc.record({ at: fc.nat(der.length - 1), byte: fc.nat(255) });
    let read = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = Buffer.from(der);
        for (const { at, byte } of changes) bytes[at] = byte;
        const x509 = certificateOf(bytes);
        if (!x509) return;
        const certificate = parseCertificate(x509);
        if (certificate) read += 1;
        expect(JSON.stringify(certificate?.facts ?? {}).length).toBeLessThan(50_000);
      }),
      { numRuns: 1_500 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test('the reader of DER bears any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        for (const element of readAll(buffer) ?? []) {
          expect(oidText(element.content)).toEqual(expect.any(String));
          timeText(element);
        }
        expect(readDer(buffer)?.whole.length ?? 0).toBeLessThanOrEqual(buffer.length);
      }),
    );
  });
});

function certificateOf(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
