import { describe, expect, test } from 'vitest';
import { type ClientAnswer, clientAnswers } from '../../../lib/kinds/connection/client-answers.ts';
import { CLIENTS, PROPERTIES } from '../../../lib/kinds/connection/clients.ts';
import { FURTHER_CLIENTS, FURTHER_PROPERTIES, TABLE } from '../../../lib/kinds/connection/further-clients.ts';
import { REFUSED_WORDS } from '../../../lib/kinds/connection/refused-words.ts';
import type { TlsResult } from '../../../lib/kinds/contract/tls-result.ts';
import { certificate, issuer, tls as sampleTls } from '../../report/sample-evidence.ts';

const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const path: TlsResult['trust'] = { status: 'anchored', anchor: 'CN=Root', path: [0, 1] };
const sample = (over: Partial<TlsResult> = {}): TlsResult => sampleTls({ trust: path, ...over });
const tls12 = (over: Partial<TlsResult>): TlsResult => sample({ protocol: 'TLSv1.2', ...over });
const WEB = ['browser', 'program'] as const;
const MAIL = ['program', 'mail'] as const;

type Who = readonly (typeof WEB | typeof MAIL)[number][];
const asked = (facts: TlsResult, roles: Who = WEB): ClientAnswer[] => clientAnswers(facts, roles, NOW);

/** `chromium no`, `go not known`: all that are not `yes`, of the clients that decide faults. */
const others = (facts: TlsResult, roles?: Who): string =>
  asked(facts, roles)
    .filter(({ client, connects }) => connects !== 'yes' && client in CLIENTS)
    .map(({ client, connects }) => `${client} ${connects}`)
    .join(', ');

const DHE = {
  cipher: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  keyExchange: { type: 'DHE', bits: 2048 },
  asBrowser: 'alert 40 (handshake_failure)',
} as const;
const EVERYBODY = (answer: string): string =>
  ['chromium', 'firefox', 'safari', 'curl', 'openssl', 'gnutls', 'java', 'go']
    .map((client) => `${client} ${answer}`)
    .join(', ');

describe('who can connect', () => {
  test.each<[string, TlsResult, string]>([
    ['a sound server', sample(), ''],
    [
      'DHE alone: browsers were refused; Go has groups and ciphers that were not tried alone',
      tls12(DHE),
      'chromium no, firefox no, safari no, go not known',
    ],
    [
      'P-521 alone: those browsers that have it connect',
      tls12({
        keyExchange: { type: 'ECDHE', group: 'secp521r1' },
        asBrowser: 'alert 40 (handshake_failure)',
      }),
      'chromium no',
    ],
    [
      'CCM chosen among everything by a mail server',
      tls12({ cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CCM' }),
      'chromium not known, firefox not known, safari not known, curl not known, openssl not known, java not known, go not known',
    ],
    [
      'TLS 1.1 alone',
      sample({
        protocol: 'TLSv1.1',
        asBrowser: 'alert 70 (protocol_version)',
        cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
      }),
      'chromium no, firefox no, safari no, curl no, openssl no, java no, go no',
    ],
    [
      'an Ed25519 key',
      sample({
        asBrowser: 'alert 40 (handshake_failure)',
        chain: [certificate({ keyType: 'ed25519' }), issuer],
      }),
      'chromium no, firefox no',
    ],
    [
      'RSA key exchange, of which lists say nothing',
      tls12({ keyExchange: { type: 'RSA' }, cipher: 'TLS_RSA_WITH_AES_128_GCM_SHA256' }),
      'go not known',
    ],
    [
      'browsers are refused, and nobody knows why',
      sample({ asBrowser: 'alert 40 (handshake_failure)' }),
      'chromium no, firefox no, safari no, curl not known, openssl not known, gnutls not known, java not known, go not known',
    ],
    ['no secure renegotiation', tls12({ noSecureRenegotiation: true }), 'curl no, openssl no, go no'],
    [
      'a key of 1,024 bits',
      sample({ chain: [certificate({ keyType: 'rsa', keyBits: 1_024 }), issuer] }),
      'safari no, curl no, openssl no',
    ],
    ['another name', sample({ nameMatch: { ok: false, reason: 'differs' } }), EVERYBODY('no')],
    [
      'an expired certificate',
      sample({ chain: [certificate({ notAfter: '2026-02-28T00:00:00.000Z' }), issuer] }),
      EVERYBODY('no'),
    ],
    [
      'an expired certificate that is not on the path',
      sample({ chain: [certificate(), issuer, certificate({ notAfter: '2020-01-01T00:00:00.000Z' })] }),
      '',
    ],
    [
      'a certificate of next year',
      sample({ chain: [certificate({ notBefore: '2027-02-28T00:00:00.000Z' }), issuer] }),
      EVERYBODY('no'),
    ],
    ['a root of its own', sample({ trust: { status: 'untrusted-root' } }), EVERYBODY('no')],
    [
      'no intermediate: a browser may have it',
      sample({ trust: { status: 'issuer-missing' } }),
      'chromium not known, firefox not known, safari not known, curl no, openssl no, gnutls no, java no, go no',
    ],
    [
      'revoked by a list',
      sample({ revocation: [{ certificate: 0, source: 'crl', status: 'revoked' }] }),
      EVERYBODY('not known'),
    ],
    ['a staple that says revoked', sample({ staple: 'revoked' }), 'chromium no, firefox no, gnutls no'],
    ['twelve certificates', sample({ chainLength: 12 }), 'firefox no, java no'],
    [
      'a key that may not sign',
      tls12({ keyExchange: { type: 'ECDHE' }, keyUses: { signature: false, encipherment: true } }),
      'chromium no, gnutls no, java no',
    ],
    [
      'refused before its certificate',
      sample({ handshake: { status: 'alert', number: 40, name: 'handshake_failure' }, chain: undefined }),
      'chromium no, firefox no, safari no, curl not known, openssl not known, gnutls not known, java not known, go not known',
    ],
    [
      'refused after its certificate',
      sample({ handshake: { status: 'alert', number: 116, name: 'certificate_required' } }),
      EVERYBODY('not known'),
    ],
    [
      'refuses TLS 1.2 for its version',
      sample({
        handshake: { status: 'alert', number: 70, name: 'protocol_version' },
        tls12Refused: true,
        oldestProtocol: 'TLSv1',
        chain: undefined,
      }),
      'chromium no, firefox no, safari no, curl no, openssl no, gnutls not known, java no, go no',
    ],
  ])('%s', (_what, facts, expected) => {
    expect(others(facts)).toBe(expected);
  });

  test('mail servers encrypt with whatever they get', () => {
    const facts = tls12({
      ...DHE,
      asBrowser: undefined,
      nameMatch: { ok: false },
      trust: { status: 'self-signed-leaf' },
    });
    const mail = asked(facts, MAIL).filter(({ client }) => client === 'postfix' || client === 'exim');
    expect(mail.map(({ connects }) => connects)).toEqual(['yes', 'yes']);
    expect(asked(facts, MAIL).some(({ client }) => client === 'chromium')).toBe(false);
  });

  test.each<TlsResult['handshake']>([
    { status: 'timeout' },
    { status: 'closed', by: 'reset', code: 'ECONNRESET' },
    { status: 'not-tls', firstBytes: 'SSH-2.0' },
    { status: 'failed', code: 'X', message: 'x' },
    { status: 'deadline' },
  ])('nothing is said of clients after $status', (handshake) => {
    expect(asked(sample({ handshake }))).toEqual([]);
  });

  test('an answer has its reason, and what it rests on', () => {
    const answers = asked(tls12(DHE));
    const of = (id: string) => answers.find(({ client }) => client === id);
    expect(of('chromium')).toMatchObject({
      name: 'Chrome and Edge',
      why: 'it does not agree keys by DHE',
      known: 'Chromium 156.0, 2026-11-29',
    });
    expect(of('safari')?.known).toBe('published list, 2022-04-11');
    expect(of('go')?.why).toBe(
      'it does not agree keys by DHE, which the server chose; whether it has another was not asked',
    );
    expect(of('java')).toMatchObject({
      connects: 'yes',
      why: 'TLSv1.2 with TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
    });
  });

  test('each property that a client refuses has its words', () => {
    const all = [...PROPERTIES, ...FURTHER_PROPERTIES];
    expect(Object.keys(REFUSED_WORDS).sort()).toEqual(all.sort());
    expect(new Set(Object.values(REFUSED_WORDS)).size).toBe(all.length);
    expect(asked(sample()).length).toBe(TABLE.filter(([, { role }]) => role !== 'mail').length);
  });
});

describe('clients that are in the table alone', () => {
  /** `java8 yes, java21 yes, windows2012 no`. */
  const further = (facts: TlsResult): string =>
    asked(facts)
      .filter(({ client }) => client in FURTHER_CLIENTS)
      .map(({ client, connects }) => `${client} ${connects}`)
      .join(', ');

  test.each<[string, TlsResult, string]>([
    [
      'TLS 1.3, and 1.2 too: which suites it has there was not asked',
      sample({ oldestProtocol: 'TLSv1.2' }),
      'java8 yes, java21 yes, windows2012 not known',
    ],
    ['TLS 1.3 alone', sample({ oldestProtocol: 'TLSv1.3' }), 'java8 yes, java21 yes, windows2012 no'],
    [
      'TLS 1.3 with ChaCha20, which the server chose',
      sample({ cipher: 'TLS_CHACHA20_POLY1305_SHA256', oldestProtocol: 'TLSv1.2' }),
      'java8 not known, java21 yes, windows2012 not known',
    ],
    [
      'TLS 1.3 with X25519: P-256 must be there as well',
      sample({ keyExchange: { type: 'ECDHE', group: 'X25519' }, oldestProtocol: 'TLSv1.3' }),
      'java8 yes, java21 yes, windows2012 no',
    ],
    [
      'TLS 1.2 with X25519',
      tls12({
        keyExchange: { type: 'ECDHE', group: 'X25519' },
        cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      }),
      'java8 not known, java21 yes, windows2012 not known',
    ],
    [
      'ECDHE with RSA and GCM',
      tls12({
        keyExchange: { type: 'ECDHE', group: 'prime256v1' },
        cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      }),
      'java8 yes, java21 yes, windows2012 not known',
    ],
    [
      'ECDHE with RSA and CBC',
      tls12({
        keyExchange: { type: 'ECDHE', group: 'prime256v1' },
        cipher: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
      }),
      'java8 yes, java21 yes, windows2012 yes',
    ],
    [
      'RSA key exchange, which their lists have',
      tls12({ keyExchange: { type: 'RSA' }, cipher: 'TLS_RSA_WITH_AES_128_GCM_SHA256' }),
      'java8 yes, java21 yes, windows2012 yes',
    ],
    [
      'TLS 1.0 alone: the old one connects',
      sample({ protocol: 'TLSv1', cipher: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', asBrowser: 'alert 70' }),
      'java8 no, java21 no, windows2012 yes',
    ],
    [
      'an Ed25519 key, whatever else is not known',
      sample({ chain: [certificate({ keyType: 'ed25519' }), issuer], oldestProtocol: 'TLSv1.2' }),
      'java8 no, java21 yes, windows2012 no',
    ],
    [
      'an expired certificate decides where the suites are not known',
      sample({ chain: [certificate({ notAfter: '2026-02-28T00:00:00.000Z' }), issuer] }),
      'java8 no, java21 no, windows2012 no',
    ],
  ])('%s', (_what, facts, expected) => {
    expect(further(facts)).toBe(expected);
  });

  test('say which list, and warn nobody', () => {
    for (const { known, role } of Object.values(FURTHER_CLIENTS)) {
      expect(known).toMatchObject({ by: 'published list', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
      expect(role).toBe('program');
    }
    expect(asked(sample()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Java 17', 'Java 8', 'Java 21', 'Windows Server 2012']),
    );
  });
});
