/** Reads an X.509 certificate (RFC 5280 §4) from its DER: the facts for the report, and what path building needs. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { printable } from '../net/printable.ts';
import { altNameText, directoryString, GENERAL_NAME, nameText } from './certificate-name.ts';
import { type Der, oidText, readAll, readDer, readSequence, TAG, timeText } from './der.ts';
import type { CertificateFacts } from './facts.ts';
import { hasExplicitCurve, publicKeyFacts, signatureName } from './key-algorithms.ts';

/** Most alternative names kept in the facts; `altNameCount` is how many there were. */
export const ALT_NAMES_SHOWN = 100;

export interface ParsedCertificate {
  readonly facts: CertificateFacts;
  readonly x509: X509Certificate;
  /** Names in a form that is the same for names that RFC 5280 §7.1 calls equal. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** Hex of subjectKeyIdentifier, and of the key identifier in authorityKeyIdentifier. */
  readonly keyId?: string;
  readonly authorityKeyId?: string;
  /** Absent: no basicConstraints extension, so not a CA in X.509 v3. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** Bits as written: bit 0 is digitalSignature, bit 5 keyCertSign. Absent: every use. */
  readonly keyUsage?: readonly boolean[];
  /** Dotted OIDs of extendedKeyUsage. Absent: every purpose. */
  readonly purposes?: readonly string[];
  /** Whole value of nameConstraints. */
  readonly nameConstraints?: Buffer;
  /** Every GeneralName of subjectAltName. */
  readonly altNames: readonly Der[];
  /** Whole Name of the subject. */
  readonly subjectName: Der;
  /** OIDs of critical extensions that are not understood here: such a certificate must be rejected (§4.2). */
  readonly unknownCritical: readonly string[];
  /** URLs where the issuer's certificate can be fetched (authorityInfoAccess caIssuers), printable. */
  readonly caIssuers: readonly string[];
  /** The key is on a curve given by its numbers instead of its name, which clients refuse (RFC 5480 §2.1.1). */
  readonly explicitCurve: boolean;
  /** What a strict parser refuses in it, each as half a sentence; empty for a well-formed certificate. */
  readonly malformed: readonly string[];
  /**
   * Says of itself that a public authority issued it: signed timestamps of Certificate Transparency (RFC 6962 §3.3), or
   * a policy of the CA/Browser Forum (BR §7.1.6.1).
   */
  readonly isPublic: boolean;
  /** TLS feature status_request (RFC 7633): the server must staple an OCSP response. */
  readonly mustStaple: boolean;
}

const EXTENSION = {
  keyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  altName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  signedTimestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const;

/** Critical extensions that are judged, or that can be ignored without accepting a bad path, as no policies are required here. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.keyUsage,
  EXTENSION.altName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.policies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
]);
const ACCESS_CA_ISSUERS = '1.3.6.1.5.5.7.48.2';
const STATUS_REQUEST = 5;

/** `undefined` when the DER is not a certificate that can be read. Costs some 50 µs: callers keep the result. */
export function parseCertificate(x509: X509Certificate): ParsedCertificate | undefined {
  const [tbs, signature] = readSequence(x509.raw) ?? [];
  const fields = tbs && readAll(tbs.content);
  if (!fields || !signature) return undefined;
  // version [0] is optional and comes first.
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, , issuer, validity, subject, spki, ...rest] = fields;
  const dates = validity && readAll(validity.content);
  const notBefore = timeText(dates?.[0]);
  const notAfter = timeText(dates?.[1]);
  if (!serial || !issuer || !subject || !spki || !notBefore || !notAfter) return undefined;
  const extensions = readExtensions(rest.find((field) => field.tag === 0xa3));
  if (!extensions) return undefined;

  const subjectKey = nameKey(subject);
  const issuerKey = nameKey(issuer);
  const altNameValue = extensions.values.get(EXTENSION.altName);
  const altNames = readSequence(altNameValue) ?? [];
  const constraints = basicConstraintsOf(extensions.values.get(EXTENSION.basicConstraints));
  const keyUsage = bitsOf(extensions.values.get(EXTENSION.keyUsage));
  const purposes = readSequence(extensions.values.get(EXTENSION.extendedKeyUsage));
  const nameConstraints = extensions.values.get(EXTENSION.nameConstraints);
  return {
    facts: {
      subject: nameText(subject),
      issuer: nameText(issuer),
      ...shownAltNames(altNames),
      serial: printable(serial.content.toString('hex').replace(/^00(?=.)/, ''), 80),
      notBefore,
      notAfter,
      ...publicKeyFacts(spki),
      signatureAlgorithm: signatureName(signature),
      fingerprint256: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
      selfSigned: subjectKey === issuerKey && signedBy(x509, x509),
      isCa: constraints?.ca ?? false,
    },
    x509,
    subjectKey,
    issuerKey,
    ...keyIdentifiersOf(extensions.values),
    ...(constraints && { basicConstraints: constraints }),
    ...(keyUsage && { keyUsage }),
    ...(purposes && { purposes: purposes.map((purpose) => oidText(purpose.content)) }),
    ...(nameConstraints && { nameConstraints }),
    altNames,
    subjectName: subject,
    unknownCritical: extensions.unknownCritical,
    caIssuers: caIssuersOf(extensions.values.get(EXTENSION.authorityInfoAccess)),
    explicitCurve: hasExplicitCurve(spki),
    malformed: altNameValue ? malformedAltNames(altNameValue) : [],
    isPublic: saysPublic(extensions.values),
    mustStaple: hasStatusRequest(extensions.values.get(EXTENSION.tlsFeature)),
  };
}

export const UNREADABLE_NAMES = 'its list of alternative names (subjectAltName) cannot be read';
export const NO_NAMES = 'its list of alternative names (subjectAltName) is empty';

/** Faults of form in subjectAltName (RFC 5280 §4.2.1.6) for which a client may refuse the whole certificate. */
function malformedAltNames(value: Buffer): string[] {
  const names = readSequence(value);
  if (!names) return [UNREADABLE_NAMES];
  if (names.length === 0) return [NO_NAMES];
  const faults = new Set<string>();
  for (const { tag, content } of names) {
    if (tag === GENERAL_NAME.ip && content.length !== 4 && content.length !== 16) {
      faults.add(`an address among its alternative names has ${content.length} bytes instead of 4 or 16`);
    }
    if (tag === GENERAL_NAME.dns && content.some((byte) => byte >= 0x80)) {
      faults.add(
        `the alternative name ${altNameText({ tag, content, whole: content })} is not in ASCII (international names need the form xn--…)`,
      );
    }
    if (faults.size >= 3) break;
  }
  return [...faults];
}

/** Does `issuer`'s key verify the signature of `child`? */
export function signedBy(child: X509Certificate, issuer: X509Certificate): boolean {
  return signatureBy(child, issuer) === 'verifies';
}

/** `unusable-key`: OpenSSL can do nothing with the issuer's key (unknown algorithm, corrupted numbers). */
export function signatureBy(
  child: X509Certificate,
  issuer: X509Certificate,
): 'verifies' | 'fails' | 'unusable-key' {
  let key: KeyObject;
  try {
    key = issuer.publicKey;
  } catch {
    return 'unusable-key';
  }
  try {
    return child.verify(key) ? 'verifies' : 'fails';
  } catch {
    return 'fails';
  }
}

/** The extensions in `[3]` of a TBSCertificate, or `[0]` of a TBSCertList; `undefined`: malformed, or one is there twice. */
export function readExtensions(field: Der | undefined) {
  const values = new Map<string, Buffer>();
  const unknownCritical: string[] = [];
  if (!field) return { values, unknownCritical };
  const list = readSequence(field.content);
  if (!list) return undefined;
  for (const extension of list) {
    const parts = readAll(extension.content);
    const oid = parts?.[0] && oidText(parts[0].content);
    const value = parts?.at(-1);
    if (!oid || value?.tag !== TAG.octetString) return undefined;
    // §4.2: no more than one instance of an extension; programs differ in how they read a second one.
    if (values.has(oid)) return undefined;
    values.set(oid, value.content);
    const critical = parts?.[1]?.tag === TAG.boolean && parts[1].content[0] !== 0;
    if (critical && !UNDERSTOOD.has(oid) && unknownCritical.length < 5) unknownCritical.push(oid);
  }
  return { values, unknownCritical };
}

/** RFC 5280 §4.2.1.1 and §4.2.1.2. */
function keyIdentifiersOf(values: ReadonlyMap<string, Buffer>) {
  const own = readDer(values.get(EXTENSION.keyId) ?? Buffer.alloc(0));
  const above = readSequence(values.get(EXTENSION.authorityKeyId))?.find(({ tag }) => tag === 0x80);
  return {
    ...(own?.tag === TAG.octetString && { keyId: own.content.toString('hex') }),
    ...(above && { authorityKeyId: above.content.toString('hex') }),
  };
}

function basicConstraintsOf(value: Buffer | undefined): ParsedCertificate['basicConstraints'] | undefined {
  const fields = readSequence(value);
  if (!fields) return undefined;
  const ca = fields[0]?.tag === TAG.boolean && fields[0].content[0] !== 0;
  const limit = fields.find((field) => field.tag === TAG.integer);
  if (!limit) return { ca };
  const digits = limit.content.toString('hex');
  return { ca, pathLength: Number.parseInt(digits || '0', 16) };
}

/** The bits of a BIT STRING, most significant first. */
function bitsOf(value: Buffer | undefined): boolean[] | undefined {
  const element = value && readDer(value);
  if (element?.tag !== TAG.bitString) return undefined;
  const bytes = element.content.subarray(1, 3);
  return Array.from(
    { length: bytes.length * 8 },
    (_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0,
  );
}

function caIssuersOf(value: Buffer | undefined): string[] {
  const urls: string[] = [];
  for (const access of readSequence(value) ?? []) {
    const [method, location] = readAll(access.content) ?? [];
    if (location?.tag !== GENERAL_NAME.uri || !method || oidText(method.content) !== ACCESS_CA_ISSUERS)
      continue;
    if (urls.length < 3) urls.push(printable(location.content.toString('latin1'), 200));
  }
  return urls;
}

/** Reserved policies: domain, organisation, individual and extended validation. */
const PUBLIC_POLICY = /^2\.23\.140\.1\.(2\.[1-3]|1)$/;

function saysPublic(values: ReadonlyMap<string, Buffer>): boolean {
  if (values.has(EXTENSION.signedTimestamps)) return true;
  return (readSequence(values.get(EXTENSION.policies)) ?? []).some(({ content }) => {
    const policy = readDer(content);
    return policy?.tag === TAG.oid && PUBLIC_POLICY.test(oidText(policy.content));
  });
}

const hasStatusRequest = (value: Buffer | undefined): boolean =>
  (readSequence(value) ?? []).some(({ content }) => content.length === 1 && content[0] === STATUS_REQUEST);

function shownAltNames(names: readonly Der[]): Pick<CertificateFacts, 'altNames' | 'altNameCount'> {
  const all = names.filter(({ tag }) => tag === GENERAL_NAME.dns || tag === GENERAL_NAME.ip);
  const altNames = all.slice(0, ALT_NAMES_SHOWN).flatMap((name) => altNameText(name) ?? []);
  return { altNames, ...(all.length > altNames.length && { altNameCount: all.length }) };
}

/**
 * RFC 5280 §7.1: attribute values compare without regard to case, string type and repeated spaces (OpenSSL takes tabs
 * for spaces too). A value that is not a DirectoryString is compared byte by byte.
 */
export function nameKey(name: Der): string {
  return (readAll(name.content) ?? [])
    .map((rdn) =>
      (readAll(rdn.content) ?? [])
        .map((attribute) => {
          const [type, value] = readAll(attribute.content) ?? [];
          return `${type?.content.toString('hex')}=${value ? comparable(value) : ''}`;
        })
        .sort()
        .join('+'),
    )
    .join('\n');
}

function comparable(value: Der): string {
  const text = directoryString(value);
  const unified = typeof text === 'string' ? text : text.toString('utf8');
  return unified
    .replace(/[\t-\r ]+/g, ' ')
    .trim()
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
