/**
 * Clients that are in the report's table alone and decide no fault: an old one that much of the web has left behind warns nobody, and a
 * further version of one that is in the other table (lib/kinds/connection/clients.ts) says the same.
 */
import { CLIENTS, type Client, type ClientId, type Property } from './clients.ts';

/** What one of these clients refuses beside the properties of the other table. */
export const FURTHER_PROPERTIES = [
  'tls-1.3-alone',
  'cipher-chacha20',
  'cipher-ecdhe-rsa-gcm',
  'group-x25519',
] as const;
export type FurtherProperty = (typeof FURTHER_PROPERTIES)[number];

export type FurtherClientId = 'java8' | 'java21' | 'windows2012';

/** A client of either table. */
export interface TableClient extends Omit<Client, 'refuses'> {
  readonly refuses: readonly (Property | FurtherProperty)[];
  /** Its list has suites whose keys are sent under the server's RSA key. */
  readonly takesRsaExchange?: true;
}

export const FURTHER_CLIENTS: Readonly<Record<FurtherClientId, TableClient>> = {
  // An update of 2022 or later: TLS 1.3 is on since 8u341 (OpenJDK 8u352), TLS 1.1 and older off since 8u291. XDH came with JDK 11
  // (JEP 324), ChaCha20 suites with JDK 12 (JDK-8140466), EdDSA with JDK 15 (JEP 339), and none of them to 8.
  java8: {
    name: 'Java 8',
    role: 'program',
    known: {
      by: 'published list',
      date: '2022-07-19',
      url: 'https://www.oracle.com/java/technologies/javase/8u341-relnotes.html',
    },
    takesRsaExchange: true,
    refuses: [
      ...CLIENTS.java.refuses,
      'key-ed25519',
      'key-ed448',
      'signed-by-ed25519',
      'signed-by-ed448',
      'group-x448',
      'group-x25519',
      'cipher-chacha20',
    ],
  },
  java21: {
    name: 'Java 21',
    role: 'program',
    known: {
      by: 'published list',
      date: '2023-09-19',
      url: 'https://docs.oracle.com/en/java/javase/21/security/oracle-providers.html',
    },
    takesRsaExchange: true,
    refuses: CLIENTS.java.refuses,
  },
  // Suites with update 3042058, each with P-256 or P-384: no ECDHE_RSA with GCM, no ChaCha20, no CCM, nothing of TLS 1.3.
  windows2012: {
    name: 'Windows Server 2012',
    role: 'program',
    known: {
      by: 'published list',
      date: '2015-05-12',
      url: 'https://learn.microsoft.com/en-us/windows/win32/secauthn/tls-cipher-suites-in-windows-8',
    },
    takesRsaExchange: true,
    refuses: [
      'tls-1.3-alone',
      'cipher-chacha20',
      'cipher-ecdhe-rsa-gcm',
      'cipher-ccm',
      'cipher-camellia',
      'group-x25519',
      'group-x448',
      'group-p521',
      'group-ffdhe',
      'key-rsa-pss',
      'key-ed25519',
      'key-ed448',
      'key-p521',
      'key-other-curve',
      'signed-by-ed25519',
      'signed-by-ed448',
      'key-rsa-768',
      'root-rsa-768',
    ],
  },
};

export type AnyClientId = ClientId | FurtherClientId;

/** Both tables, in the order in which reports show them. */
export const TABLE: readonly (readonly [AnyClientId, TableClient])[] = [
  ...(Object.entries(CLIENTS) as [ClientId, Client][]),
  ...(Object.entries(FURTHER_CLIENTS) as [FurtherClientId, TableClient][]),
];
