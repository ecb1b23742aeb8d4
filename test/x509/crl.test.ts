/** Lists as authorities publish them, and as somebody else might. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ParsedCertificate, parseCertificate } from '../../lib/x509/certificate.ts';
import { crlStatus, readCrl } from '../../lib/x509/crl.ts';
import { type DistributionPoint, revocationSources } from '../../lib/x509/revocation-sources.ts';
import { createAuthority, type Identity } from '../certificates/authority.ts';
import {
  type CrlOptions,
  createCrl,
  extension,
  revocationExtensions,
  scopeFlag,
  scopeUrl,
} from '../certificates/crl.ts';
import { der } from '../servers/tls-material.ts';

const DAY = 86_400_000;
const KEY_CERT_SIGN = 1 << 5;
const SERIAL = '00c0ffee11223344';
const URL = 'http://crl.test/1.crl';

const authority = await createAuthority();
const other = await createAuthority({ subject: 'Somebody Else' });
const impostor = await createAuthority();
const leaf = await authority.issue({
  names: ['www.test'],
  serial: SERIAL,
  extensions: revocationExtensions({ crl: [[URL]], ocsp: 'http://ocsp.test' }),
});
const now = Date.now();

function parse({ der: bytes }: Identity): ParsedCertificate {
  const parsed = parseCertificate(new X509Certificate(bytes));
  if (!parsed) throw new Error('a certificate of the test can’t be read');
  return parsed;
}
const issuer = parse(authority);
const certificate = parse(leaf);
const [point] = revocationSources(certificate).points;

function judge(bytes: Buffer, from: DistributionPoint | undefined = point, of = certificate) {
  const read = readCrl(bytes, issuer);
  if ('useless' in read || !from) return read;
  return crlStatus(read.crl, of, from, now);
}

test('a certificate says where its list and its responder are', () => {
  expect(revocationSources(certificate)).toEqual({
    points: [{ urls: [URL], foreign: false, someReasons: false }],
    responders: ['http://ocsp.test'],
  });
});

test('the serial number is in the list: when, and why', () => {
  const at = new Date('2026-11-03T10:20:30Z');
  const list = createCrl(authority, {
    revoked: [{ serial: '01' }, { serial: SERIAL, at, reason: 1 }, { serial: '7fffff' }],
  });
  expect(judge(list)).toMatchObject({
    status: 'revoked',
    revokedAt: '2026-11-03T10:20:30.000Z',
    reason: 'keyCompromise',
  });
});

test('among hundred thousand others, without a reason', () => {
  const list = createCrl(authority, { filling: 100_000, revoked: [{ serial: SERIAL }] });
  expect(judge(list)).toMatchObject({ status: 'revoked' });
  expect(judge(list)).not.toHaveProperty('reason');
  expect(judge(createCrl(authority, { filling: 100_000 }))).toMatchObject({ status: 'good' });
});

test('a serial number that only begins like a revoked one is not revoked', () => {
  const list = createCrl(authority, {
    revoked: [{ serial: `${SERIAL}00` }, { serial: SERIAL.slice(0, -2) }],
  });
  expect(judge(list)).toMatchObject({ status: 'good' });
});

const useless: readonly { name: string; options: CrlOptions; why: RegExp; by?: Identity }[] = [
  {
    name: 'signed by another key of the same name',
    options: { signer: impostor },
    why: /not signed by the issuer/,
  },
  { name: 'of another issuer', options: {}, why: /list of another issuer/, by: other },
  { name: 'without an end', options: { nextUpdate: null }, why: /when the next list comes/ },
  {
    name: 'a delta list',
    options: { extensions: [extension('551d1b', true, der(2, Buffer.of(1)))] },
    why: /delta list/,
  },
  { name: 'an indirect list', options: { scope: scopeFlag(4) }, why: /indirect list/ },
  {
    name: 'with a critical extension that nobody knows',
    options: { extensions: [extension('2a030405', true, der(5))] },
    why: /critical extension that is not known \(1\.2\.3\.4\.5\)/,
  },
];

describe('a list that says nothing, although the serial number is in it', () => {
  test.each(useless)('$name', ({ options, why, by = authority }) => {
    const list = createCrl(by, { revoked: [{ serial: SERIAL }], ...options });
    expect(judge(list)).toEqual({ useless: expect.stringMatching(why) });
  });

  test('from an issuer whose certificate does not permit lists', async () => {
    const silent = await createAuthority({ subject: 'No Lists', keyUsage: KEY_CERT_SIGN });
    const read = readCrl(createCrl(silent), parse(silent));
    expect(read).toEqual({ useless: expect.stringMatching(/does not permit it to sign lists/) });
  });

  test.each([
    [
      'an old one, sent again',
      { thisUpdate: new Date(now - 9 * DAY), nextUpdate: new Date(now - DAY) },
      /out of date/,
    ],
    ['one of tomorrow', { thisUpdate: new Date(now + DAY) }, /not valid yet/],
    ['for authorities alone', { scope: scopeFlag(2) }, /for authorities alone/],
    ['for attributes alone', { scope: scopeFlag(5) }, /for attributes alone/],
    ['another part', { scope: scopeUrl('http://crl.test/2.crl') }, /another part/],
  ] as const)('%s', (_name, options, why) => {
    const list = createCrl(authority, { revoked: [{ serial: SERIAL }], ...options });
    expect(judge(list)).toMatchObject({ status: 'unknown', detail: expect.stringMatching(why) });
  });
});

test('the part that the certificate names counts', () => {
  const list = createCrl(authority, {
    revoked: [{ serial: SERIAL }],
    scope: Buffer.concat([scopeUrl(URL), scopeFlag(1)]),
  });
  expect(judge(list)).toMatchObject({ status: 'revoked' });
});

test('a list of some reasons proves a revocation, and no absence', () => {
  const scope = der(0x83, Buffer.of(1, 0x40));
  expect(judge(createCrl(authority, { scope, revoked: [{ serial: SERIAL }] }))).toMatchObject({
    status: 'revoked',
  });
  expect(judge(createCrl(authority, { scope }))).toMatchObject({ status: 'unknown' });
});

describe('bytes that are no list', () => {
  const list = createCrl(authority, { revoked: [{ serial: SERIAL }] });
  test('cut short anywhere', () => {
    for (let length = 0; length < list.length; length += 1)
      expect(judge(list.subarray(0, length))).toHaveProperty('useless');
  });

  test('with any byte altered it is never believed to be the authority’s', () => {
    for (let at = 0; at < list.length; at += 1) {
      const altered = Buffer.from(list);
      altered[at] = (altered[at] ?? 0) ^ 0x55;
      expect(judge(altered)).toHaveProperty('useless');
    }
  });

  test('sequences in sequences, and many small elements', () => {
    let nested = Buffer.alloc(0);
    for (let depth = 0; depth < 5_000; depth += 1) {
      const { length } = nested;
      nested = Buffer.concat([
        Buffer.of(0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff),
        nested,
      ]);
    }
    expect(judge(nested)).toHaveProperty('useless');
    expect(judge(Buffer.alloc(1_000_000, Buffer.of(5, 0)))).toHaveProperty('useless');
  });
});
