/**
 * What today's clients refuse in a TLS server. The one table that diagnosis uses; test/system/clients compares
 * it with real handshakes of the clients that run there.
 */
import type { Sentence } from '../contract/sentences.ts';
import { clientSentence as say } from './client-messages.ts';
import { listed } from './listed.ts';

/** Something that a server may do, or show, and that at least one client refuses. Each has a case in test/system/clients. */
export const PROPERTIES = [
  'tls-1.1-alone',
  'key-exchange-dhe',
  'group-p521',
  'group-x448',
  'group-ffdhe',
  'cipher-cbc-sha256',
  'cipher-ccm',
  'cipher-camellia',
  'handshake-signature-sha1',
  'no-secure-renegotiation',
  'key-dsa',
  'key-rsa-pss',
  'key-ed25519',
  'key-ed448',
  'key-p521',
  'key-other-curve',
  'key-rsa-1024',
  'key-rsa-768',
  'root-rsa-1024',
  'root-rsa-768',
  'signed-by-dsa',
  'signed-by-ed25519',
  'signed-by-ed448',
  'signed-by-other-curve',
  'purpose-any-alone',
  'usage-no-signature',
  'usage-no-encipherment',
  'name-wildcard-over-one-label',
  'name-not-ascii',
  'name-malformed',
  'names-empty',
  'names-unreadable',
  'issuer-first-valid',
  'issuer-first-sent',
  'chain-over-10',
  'chain-over-16',
  'staple-revoked',
] as const;
export type Property = (typeof PROPERTIES)[number];

export type ClientId =
  | 'chromium'
  | 'firefox'
  | 'safari'
  | 'curl'
  | 'openssl'
  | 'gnutls'
  | 'java'
  | 'go'
  | 'postfix'
  | 'exim';

export interface Client {
  readonly name: string;
  /** Browsers decide whether a fault fails; programs are named in a warning; mail servers accept whatever they get. */
  readonly role: 'browser' | 'program' | 'mail';
  readonly known:
    | { readonly by: 'handshake'; readonly date: string; readonly version: string }
    | { readonly by: 'published list'; readonly date: string; readonly url: string };
  /** Everything else in PROPERTIES is accepted; for published lists: they don't say that it is refused. */
  readonly refuses: readonly Property[];
}

export const CLIENTS: Readonly<Record<ClientId, Client>> = {
  chromium: {
    name: 'Chrome and Edge',
    role: 'browser',
    known: { by: 'handshake', date: '2026-11-29', version: 'Chromium 156.0' },
    refuses: [
      'tls-1.1-alone',
      'key-exchange-dhe',
      'group-p521',
      'group-x448',
      'group-ffdhe',
      'cipher-cbc-sha256',
      'cipher-ccm',
      'cipher-camellia',
      'handshake-signature-sha1',
      'key-dsa',
      'key-rsa-pss',
      'key-ed25519',
      'key-ed448',
      'key-p521',
      'key-other-curve',
      'root-rsa-768',
      'usage-no-signature',
      'usage-no-encipherment',
      'name-wildcard-over-one-label',
      'name-not-ascii',
      'name-malformed',
      'staple-revoked',
      'key-rsa-768',
      'signed-by-dsa',
      'signed-by-ed25519',
      'signed-by-ed448',
      'signed-by-other-curve',
      'names-empty',
      'names-unreadable',
    ],
  },
  firefox: {
    name: 'Firefox',
    role: 'browser',
    known: { by: 'handshake', date: '2026-11-29', version: 'Firefox ESR 153.8' },
    refuses: [
      'tls-1.1-alone',
      'key-exchange-dhe',
      'group-x448',
      'cipher-cbc-sha256',
      'cipher-ccm',
      'cipher-camellia',
      'key-dsa',
      'key-rsa-pss',
      'key-ed25519',
      'key-ed448',
      'key-other-curve',
      'root-rsa-768',
      'name-wildcard-over-one-label',
      'chain-over-10',
      'chain-over-16',
      'staple-revoked',
      'key-rsa-768',
      'signed-by-dsa',
      'signed-by-ed25519',
      'signed-by-ed448',
      'signed-by-other-curve',
      'purpose-any-alone',
      'names-empty',
      'names-unreadable',
    ],
  },
  safari: {
    name: 'Safari',
    role: 'browser',
    // Keys of 2048 bits and names in subjectAltName: https://support.apple.com/en-us/103769 (2019-11-03). An ECDSA key's
    // curve must be among the groups offered (RFC 8422 §5.1.1), and those are P-256, P-384, P-521. CiphersuitesDHE belong to the group "legacy" alone; the CBC suites with SHA-256 to "PFS", which is the default.
    known: {
      by: 'published list',
      date: '2022-04-11',
      url: 'https://opensource.apple.com/source/Security/Security-59754.140.13/protocol/SecProtocolHelper.m.auto.html',
    },
    refuses: [
      'tls-1.1-alone',
      'key-exchange-dhe',
      'group-x448',
      'group-ffdhe',
      'cipher-ccm',
      'cipher-camellia',
      'key-dsa',
      'key-ed448',
      'key-other-curve',
      'key-rsa-1024',
      'key-rsa-768',
      'names-empty',
      'names-unreadable',
    ],
  },
  curl: {
    name: 'curl (with OpenSSL)',
    role: 'program',
    known: {
      by: 'handshake',
      date: '2026-11-29',
      version: 'curl 7.88.1 with OpenSSL 3.0.22 at security level 2',
    },
    refuses: [
      'tls-1.1-alone',
      'cipher-ccm',
      'cipher-camellia',
      'handshake-signature-sha1',
      'no-secure-renegotiation',
      'key-dsa',
      'key-other-curve',
      'root-rsa-1024',
      'root-rsa-768',
      'name-wildcard-over-one-label',
      'issuer-first-valid',
      'key-rsa-1024',
      'key-rsa-768',
      'purpose-any-alone',
      'names-unreadable',
    ],
  },
  openssl: {
    name: 'OpenSSL',
    role: 'program',
    known: { by: 'handshake', date: '2026-11-29', version: 'OpenSSL 3.0.22 at security level 2' },
    refuses: [
      'tls-1.1-alone',
      'cipher-ccm',
      'cipher-camellia',
      'handshake-signature-sha1',
      'no-secure-renegotiation',
      'key-dsa',
      'key-other-curve',
      'root-rsa-1024',
      'root-rsa-768',
      'name-wildcard-over-one-label',
      'issuer-first-valid',
      'key-rsa-1024',
      'key-rsa-768',
      'purpose-any-alone',
      'names-unreadable',
    ],
  },
  gnutls: {
    name: 'GnuTLS',
    role: 'program',
    known: { by: 'handshake', date: '2026-11-29', version: 'GnuTLS 3.7.9' },
    refuses: [
      'cipher-cbc-sha256',
      'cipher-camellia',
      'key-dsa',
      'key-other-curve',
      'root-rsa-768',
      'usage-no-signature',
      'usage-no-encipherment',
      'name-wildcard-over-one-label',
      'issuer-first-sent',
      'chain-over-16',
      'staple-revoked',
      'key-rsa-768',
      'signed-by-other-curve',
      'names-unreadable',
    ],
  },
  java: {
    name: 'Java',
    role: 'program',
    known: { by: 'handshake', date: '2026-11-29', version: 'OpenJDK 17.0.15' },
    refuses: [
      'tls-1.1-alone',
      'cipher-ccm',
      'cipher-camellia',
      'key-other-curve',
      'root-rsa-768',
      'usage-no-signature',
      'usage-no-encipherment',
      'name-malformed',
      'chain-over-10',
      'chain-over-16',
      'key-rsa-768',
      'signed-by-other-curve',
    ],
  },
  go: {
    name: 'Go',
    role: 'program',
    known: { by: 'published list', date: '2026-11-29', url: 'https://pkg.go.dev/crypto/tls' },
    refuses: [
      'tls-1.1-alone',
      'key-exchange-dhe',
      'group-x448',
      'group-ffdhe',
      'cipher-ccm',
      'cipher-camellia',
      'handshake-signature-sha1',
      'no-secure-renegotiation',
      'key-dsa',
      'key-rsa-pss',
      'key-ed448',
      'key-other-curve',
      'key-rsa-768',
    ],
  },
  postfix: {
    name: 'Postfix',
    role: 'mail',
    known: {
      by: 'published list',
      date: '2026-11-29',
      url: 'https://www.postfix.org/TLS_README.html#client_tls_may',
    },
    refuses: [],
  },
  exim: {
    name: 'Exim',
    role: 'mail',
    known: {
      by: 'published list',
      date: '2026-11-29',
      url: 'https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html',
    },
    refuses: [],
  },
};

export interface ClientRefusal {
  /** `fail` when all browsers refuse, else `warn`. */
  readonly severity: 'fail' | 'warn';
  /** `Chrome and Edge, Firefox and Safari refuse it`. */
  readonly said: Sentence;
}

/** Who refuses a server with this property; `undefined` when no client of the table does. */
export function refusalOf(property: Property): ClientRefusal | undefined {
  const all = Object.values(CLIENTS);
  const refusing = all.filter(({ refuses }) => refuses.includes(property));
  if (refusing.length === 0) return undefined;
  const browsers = all.filter(({ role }) => role === 'browser');
  const everyBrowser = browsers.every((client) => refusing.includes(client));
  const others = refusing.filter((client) => !(everyBrowser && client.role === 'browser'));
  const names = [
    ...(everyBrowser ? [say.allBrowsers({})] : []),
    ...others.map(({ name }) => say.client({ name })),
  ];
  const [first, ...more] = names;
  const isOne = more.length === 0 && !everyBrowser && first?.text.includes(' and ') !== true;
  const clients = listed(names);
  return {
    severity: everyBrowser ? 'fail' : 'warn',
    said: isOne ? say.refusesIt({ client: clients }) : say.refuseIt({ clients }),
  };
}
