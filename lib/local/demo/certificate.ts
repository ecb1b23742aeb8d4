/**
 * Makes X.509 certificates in-process (RFC 5280), correct ones and faulty ones: the demo's site and the tests' servers
 * use them. Synchronous, no `openssl` command needed.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from '@peculiar/asn1-x509';
import { isIP } from '../../net/ip.ts';

/** The key's kind and size; small ones are for servers that must be reported as weak. */
export type KeyType =
  | 'ec-p192'
  | 'ec-p224'
  | 'ec-p256'
  | 'ec-p384'
  | 'rsa-1024'
  | 'rsa-2048'
  | 'ed25519'
  | 'ed448';
export type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
type AttributeKey = keyof typeof ATTRIBUTES;
/** A name as its attributes, in order, each put in the certificate byte for byte as UTF-8. */
export type SubjectAttributes = readonly (readonly [AttributeKey, string])[];

/** The contents of a certificate. Everything has a default: a P-256 server certificate, valid from yesterday for 90 days. */
export interface CertificateOptions {
  /** dNSName entries of subjectAltName. */
  readonly names?: readonly string[];
  /** iPAddress entries of subjectAltName. */
  readonly ip?: readonly string[];
  /** A common name, or the whole subject. Default: the first name or address. */
  readonly subject?: string | SubjectAttributes;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyType?: KeyType;
  /** An existing key instead of a new one, as in a renewal. */
  readonly privateKey?: KeyObject;
  /** Digest that the issuer signs with. Default SHA-256; Ed25519 and Ed448 have their own. */
  readonly digest?: Digest;
  /** basicConstraints cA and keyCertSign. */
  readonly ca?: boolean;
  /** pathLenConstraint; only with `ca`. */
  readonly pathLength?: number;
  /** Critical nameConstraints: DNS suffixes, or prefixes (`10.0.0.0/8`). */
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
  /** Dotted OIDs. Default serverAuth for a leaf, none for a CA. */
  readonly extendedKeyUsage?: readonly string[];
  /** keyUsage flags instead of the usual ones; `0` leaves the extension out. */
  readonly keyUsage?: number;
  /** TLS feature status_request, "must-staple" (RFC 7633). */
  readonly mustStaple?: boolean;
  /** authorityInfoAccess caIssuers URL: where the issuer's certificate can be fetched. */
  readonly caIssuers?: string;
  /** Further extensions, e.g. an unknown critical one. */
  readonly extensions?: readonly {
    readonly oid: string;
    readonly critical?: boolean;
    readonly value: Uint8Array;
  }[];
  /** Lower-case hex. Default 16 random bytes. */
  readonly serial?: string;
}

/** A certificate with its private key. */
export interface Identity {
  /** PEM. */
  readonly cert: string;
  /** PKCS #8 PEM. */
  readonly key: string;
  readonly der: Buffer;
  readonly privateKey: KeyObject;
}

const ATTRIBUTES = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
} as const;
const CURVES = {
  'ec-p192': 'prime192v1',
  'ec-p224': 'secp224r1',
  'ec-p256': 'prime256v1',
  'ec-p384': 'secp384r1',
};
const SIGNATURES: Record<'rsa' | 'ec', Record<Digest, string>> = {
  rsa: {
    md5: '1.2.840.113549.1.1.4',
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
  },
  ec: {
    md5: '', // No such signature algorithm exists.
    sha1: '1.2.840.10045.4.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
  },
};
/** DSA keys sign with SHA-256 here. */
const DSA_WITH_SHA256 = '2.16.840.1.101.3.4.3.2';
const EDWARDS = { ed25519: '1.3.101.112', ed448: '1.3.101.113' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const DAY = 86_400_000;
const NULL = Uint8Array.of(5, 0).buffer;

/** Making an RSA key takes tenths of a second, so a process makes one for each size and role and uses it again. */
const rsaKeys = new Map<string, KeyObject>();

/** A new private key; RSA keys are shared within the process between certificates of the same size and role. */
export function privateKeyOf(type: KeyType, role: 'ca' | 'leaf' = 'leaf'): KeyObject {
  switch (type) {
    case 'ec-p192':
    case 'ec-p224':
    case 'ec-p256':
    case 'ec-p384':
      return generateKeyPairSync('ec', { namedCurve: CURVES[type] }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'ed448':
      return generateKeyPairSync('ed448').privateKey;
    case 'rsa-1024':
    case 'rsa-2048': {
      const known = rsaKeys.get(type + role);
      if (known) return known;
      const made = generateKeyPairSync('rsa', {
        modulusLength: type === 'rsa-1024' ? 1024 : 2048,
      }).privateKey;
      rsaKeys.set(type + role, made);
      return made;
    }
    default:
      return type satisfies never;
  }
}

/** Makes a certificate, signed by `issuer`, or by its own key when there is none. */
export function createCertificate(options: CertificateOptions, issuer?: Identity): Identity {
  const privateKey =
    options.privateKey ?? privateKeyOf(options.keyType ?? 'ec-p256', options.ca ? 'ca' : 'leaf');
  const spki = AsnConvert.parse(
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    SubjectPublicKeyInfo,
  );
  const subject = nameOf(options.subject ?? options.names?.[0] ?? options.ip?.[0] ?? 'Inbound Check test');
  const issuerCertificate = issuer && AsnConvert.parse(issuer.der, Certificate).tbsCertificate;
  const signer = issuer?.privateKey ?? privateKey;
  const digest = options.digest ?? 'sha256';
  const signature = signatureAlgorithm(signer, digest);
  const tbs = new TBSCertificate({
    version: 2,
    serialNumber: toBuffer(options.serial ? Buffer.from(options.serial, 'hex') : serialNumber()),
    signature,
    issuer: issuerCertificate?.subject ?? subject,
    validity: new Validity({
      notBefore: options.notBefore ?? new Date(Date.now() - DAY),
      notAfter: options.notAfter ?? new Date(Date.now() + 90 * DAY),
    }),
    subject,
    subjectPublicKeyInfo: spki,
    extensions: new Extensions(extensionsOf(options, spki, issuerCertificate?.subjectPublicKeyInfo)),
  });
  const signed = sign(isEdwards(signer) ? null : digest, Buffer.from(AsnConvert.serialize(tbs)), signer);
  const certificate = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: signature,
    signatureValue: toBuffer(signed),
  });
  const der = Buffer.from(AsnConvert.serialize(certificate));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert: toPem(der), key, der, privateKey };
}

/** The same certificate with a broken signature. */
export function breakSignature(identity: Identity): Identity {
  const der = Buffer.from(identity.der);
  const last = der.length - 1;
  der[last] = (der[last] ?? 0) ^ 1;
  return { ...identity, der, cert: toPem(der), privateKey: createPrivateKey(identity.key) };
}

function extensionsOf(
  options: CertificateOptions,
  own: SubjectPublicKeyInfo,
  issuer: SubjectPublicKeyInfo | undefined,
): Extension[] {
  const list: Extension[] = [];
  const add = (extnID: string, value: object, critical = false): void => {
    list.push(new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }));
  };
  if (options.ca) {
    const limit = options.pathLength === undefined ? {} : { pathLenConstraint: options.pathLength };
    add('2.5.29.19', new BasicConstraints({ cA: true, ...limit }), true);
  }
  const usual = options.ca
    ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
    : KeyUsageFlags.digitalSignature;
  const usage = options.keyUsage ?? usual;
  if (usage) add('2.5.29.15', new KeyUsage(usage), true);
  const purposes = options.extendedKeyUsage ?? (options.ca ? [] : [SERVER_AUTH]);
  if (purposes.length) add('2.5.29.37', new ExtendedKeyUsage([...purposes]));
  add('2.5.29.14', new SubjectKeyIdentifier(keyIdentifier(own)));
  if (issuer) {
    add('2.5.29.35', new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuer)) }));
  }
  const altNames = [
    ...(options.names ?? []).map((dNSName) => new GeneralName({ dNSName })),
    ...(options.ip ?? []).map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  if (altNames.length) add('2.5.29.17', new SubjectAlternativeName(altNames));
  if (options.permitted || options.excluded) {
    const trees = (bases: readonly string[]) =>
      new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base: subtree(base) })));
    add(
      '2.5.29.30',
      new NameConstraints({
        ...(options.permitted && { permittedSubtrees: trees(options.permitted) }),
        ...(options.excluded && { excludedSubtrees: trees(options.excluded) }),
      }),
      true,
    );
  }
  if (options.caIssuers) {
    const accessLocation = new GeneralName({ uniformResourceIdentifier: options.caIssuers });
    const access = new AccessDescription({ accessMethod: '1.3.6.1.5.5.7.48.2', accessLocation });
    add('1.3.6.1.5.5.7.1.1', new AuthorityInfoAccessSyntax([access]));
  }
  const raw = [...(options.extensions ?? [])];
  // RFC 7633: Features ::= SEQUENCE OF INTEGER; 5 is status_request.
  if (options.mustStaple) raw.push({ oid: '1.3.6.1.5.5.7.1.24', value: Uint8Array.of(0x30, 3, 2, 1, 5) });
  for (const { oid, critical = false, value } of raw) {
    list.push(new Extension({ extnID: oid, critical, extnValue: new OctetString(toBuffer(value)) }));
  }
  return list;
}

const subtree = (base: string): GeneralName =>
  isIP(base.split('/')[0] ?? '') ? new GeneralName({ iPAddress: base }) : new GeneralName({ dNSName: base });

function nameOf(subject: string | SubjectAttributes): Name {
  const attributes: SubjectAttributes = typeof subject === 'string' ? [['CN', subject]] : subject;
  return new Name(
    attributes.map(([type, utf8String]) => {
      const value = new AttributeValue({ utf8String });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type: ATTRIBUTES[type], value })]);
    }),
  );
}

function signatureAlgorithm(key: KeyObject, digest: Digest): AlgorithmIdentifier {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519' || type === 'ed448') return new AlgorithmIdentifier({ algorithm: EDWARDS[type] });
  if (type === 'ec') return new AlgorithmIdentifier({ algorithm: SIGNATURES.ec[digest] });
  if (type === 'dsa') return new AlgorithmIdentifier({ algorithm: DSA_WITH_SHA256 });
  return new AlgorithmIdentifier({ algorithm: SIGNATURES.rsa[digest], parameters: NULL });
}

const isEdwards = (key: KeyObject): boolean => key.asymmetricKeyType?.startsWith('ed') ?? false;

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the public key's bits. */
const keyIdentifier = (spki: SubjectPublicKeyInfo): ArrayBuffer =>
  toBuffer(createHash('sha1').update(Buffer.from(spki.subjectPublicKey)).digest());

/** Positive and without leading zero byte (RFC 5280 §4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

const toBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const toPem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
