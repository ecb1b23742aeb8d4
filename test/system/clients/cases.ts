/** One server for each property that clients differ over. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import { type Authority, type CertificateOptions, createAuthority } from '../../certificates/authority.ts';
import { der, ocspResponse } from '../../servers/tls-material.ts';

export interface Case {
  readonly host: string;
  readonly options: TlsOptions;
  /** Roots beside the common one. */
  readonly roots?: string;
  readonly staple?: Buffer;
}

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const EXPIRED = { notBefore: inDays(-100), notAfter: inDays(-10) };
const SIGNATURE_ONLY = 1;
const KEY_ENCIPHERMENT = 4;

const altName = (...names: Buffer[]) => ({ oid: '2.5.29.17', value: der(0x30, ...names) });

export async function makeCases() {
  const root = await createAuthority({ subject: 'Clients Root' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const name = 'www.example.test';

  const leaf = async (options: CertificateOptions, by: Authority = root) => {
    const { key, chain } = await by.issue({ names: [name], ...options });
    return { key, cert: chain };
  };
  const keyed = async (
    privateKey: KeyObject,
    options: CertificateOptions = {},
    tls: TlsOptions = {},
  ): Promise<Case> => ({
    host: name,
    options: { ...(await leaf({ privateKey, ...options })), ...tls },
  });
  const named = async (options: CertificateOptions, host = name): Promise<Case> => ({
    host,
    options: await leaf(options),
  });
  const shaken = async (tls: TlsOptions, options: CertificateOptions = {}): Promise<Case> => ({
    host: name,
    options: { ...(await leaf(options)), ...tls },
  });
  const rsaCase = (tls: TlsOptions, options: CertificateOptions = {}) => keyed(rsa, options, tls);
  const tls12 = { maxVersion: 'TLSv1.2' } as const;

  /** Two intermediates of one name and key; the second is sent first. */
  const siblings = async (
    other: CertificateOptions,
    order: 'other-first' | 'good-first',
    by = root,
  ): Promise<Case> => {
    const good = await by.intermediate({ subject: 'Twin CA', keyType: 'rsa-2048' });
    const twin = await by.intermediate({ subject: 'Twin CA', privateKey: good.privateKey, ...other });
    const { key, cert } = await good.issue({ names: [name] });
    const sent = order === 'other-first' ? twin.cert + good.cert : good.cert + twin.cert;
    return { host: name, options: { key, cert: cert + sent } };
  };
  const rootOf = async (options: CertificateOptions, leafOptions: CertificateOptions = {}): Promise<Case> => {
    const own = await createAuthority({
      subject: `Root ${JSON.stringify(options.keyType ?? '')} ${Math.random()}`,
      ...options,
    });
    return { host: name, options: await leaf(leafOptions, own), roots: own.root };
  };
  const small = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  const curve = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named') =>
    generateKeyPairSync('ec', { namedCurve, paramEncoding }).privateKey;
  const issuedWith = async (privateKey: KeyObject): Promise<Case> => {
    const subject = `CA ${privateKey.asymmetricKeyType} ${Math.random()}`;
    return { host: name, options: await leaf({}, await root.intermediate({ subject, privateKey })) };
  };
  const pss = generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    hashAlgorithm: 'sha256',
    mgf1HashAlgorithm: 'sha256',
  }).privateKey;
  const staplingCa = await root.intermediate({ subject: 'Stapling CA' });

  const cases = {
    sound: await shaken({}),
    'tls-1.1-alone': await rsaCase({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }),
    'kx-dhe-2048': await rsaCase({
      ...tls12,
      ciphers: 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0',
      dhparam: 'auto',
    }),
    'kx-rsa': await rsaCase(
      { ...tls12, ciphers: 'AES128-GCM-SHA256' },
      { keyUsage: SIGNATURE_ONLY | KEY_ENCIPHERMENT },
    ),
    'kx-rsa-key-signs-only': await rsaCase(
      { ...tls12, ciphers: 'AES128-GCM-SHA256' },
      { keyUsage: SIGNATURE_ONLY },
    ),
    'group-p521': await shaken({ ecdhCurve: 'P-521' }),
    'group-p521-1.2': await shaken({ ...tls12, ecdhCurve: 'P-521' }),
    'group-x448': await shaken({ ecdhCurve: 'X448' }),
    'group-ffdhe2048': await shaken({ ecdhCurve: 'ffdhe2048', minVersion: 'TLSv1.3' }),
    'signature-sha1': await rsaCase({
      ...tls12,
      sigalgs: 'RSA+SHA1',
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0',
    }),
    'signature-sha1-ecdsa': await shaken({
      ...tls12,
      sigalgs: 'ECDSA+SHA1',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0',
    }),
    'cipher-cbc-sha256': await rsaCase({ ...tls12, ciphers: 'ECDHE-RSA-AES128-SHA256:@SECLEVEL=0' }),
    'cipher-ccm': await shaken({ ...tls12, ciphers: 'ECDHE-ECDSA-AES128-CCM' }),
    'key-dsa': await keyed(
      generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
      {},
      { ...tls12, ciphers: 'DHE-DSS-AES128-GCM-SHA256:@SECLEVEL=0', dhparam: 'auto' },
    ),
    'key-rsa-pss': await keyed(pss),
    'key-ed25519': await keyed(generateKeyPairSync('ed25519').privateKey),
    'key-ed448': await keyed(generateKeyPairSync('ed448').privateKey),
    'key-p521': await keyed(curve('secp521r1')),
    'key-p521-1.2': await keyed(curve('secp521r1'), {}, tls12),
    'key-p224': await keyed(curve('secp224r1'), {}, tls12),
    'key-secp256k1': await keyed(curve('secp256k1'), {}, { ...tls12, ecdhCurve: 'secp256k1:P-256' }),
    'key-brainpool': await keyed(
      curve('brainpoolP256r1'),
      {},
      { ...tls12, ecdhCurve: 'brainpoolP256r1:P-256' },
    ),
    'key-rsa-1024': await keyed(small(1_024)),
    'key-rsa-768': await keyed(small(768)),
    'issuer-dsa': await issuedWith(
      generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
    ),
    'issuer-ed25519': await issuedWith(generateKeyPairSync('ed25519').privateKey),
    'issuer-ed448': await issuedWith(generateKeyPairSync('ed448').privateKey),
    'issuer-secp256k1': await issuedWith(curve('secp256k1')),
    'issuer-brainpool': await issuedWith(curve('brainpoolP256r1')),
    'issuer-p521': await issuedWith(curve('secp521r1')),
    'purpose-any': await shaken({}, { extendedKeyUsage: ['2.5.29.37.0'] }),
    'names-empty': await named({ names: [], subject: name, extensions: [altName()] }),
    'names-unreadable': await named({
      names: [],
      subject: name,
      extensions: [{ oid: '2.5.29.17', value: Buffer.of(5, 0) }],
    }),
    'root-rsa-1024': await rootOf({ keyType: 'rsa-1024' }),
    'root-rsa-768': await rootOf({ privateKey: small(768) }),
    'use-encipherment-ecdhe': await rsaCase(tls12, { keyUsage: KEY_ENCIPHERMENT }),
    'use-encipherment-1.3': await rsaCase({}, { keyUsage: KEY_ENCIPHERMENT }),
    'name-wildcard': await named({ names: ['*.example.test'] }),
    'name-wildcard-one-label': await named({ names: ['*.test'] }, 'www.test'),
    'name-idna-wildcard': await named({ names: ['*.example.test'] }, 'xn--bcher-kva.example.test'),
    'name-bad-address': await named({
      names: [],
      extensions: [altName(der(0x87, Buffer.of(1, 2, 3)), der(0x82, Buffer.from(name)))],
    }),
    'name-utf8': await named({
      names: [],
      extensions: [altName(der(0x82, Buffer.from('bücher.example.test')), der(0x82, Buffer.from(name)))],
    }),
    'sibling-expired-first': await siblings(EXPIRED, 'other-first'),
    'sibling-expired-second': await siblings(EXPIRED, 'good-first'),
    'sibling-future-first': await siblings(
      { notBefore: inDays(1), notAfter: inDays(20 * 365) },
      'other-first',
    ),
    'sibling-not-ca-first': await siblings({ ca: false }, 'other-first'),
    'sibling-sha1-first': await (async () => {
      const ca = await createAuthority({ subject: 'RSA Root', keyType: 'rsa-2048' });
      return { ...(await siblings({ digest: 'sha1' }, 'other-first', ca)), roots: ca.root };
    })(),
    'chain-wrong-order': await (async () => {
      const upper = await root.intermediate({ subject: 'Upper' });
      const lower = await upper.intermediate({ subject: 'Lower' });
      const { key, cert } = await lower.issue({ names: [name] });
      return { host: name, options: { key, cert: cert + upper.cert + lower.cert } };
    })(),
    'chain-of-12': await longChain(root, 12, name),
    'chain-of-18': await longChain(root, 18, name),
    'staple-revoked': await (async () => {
      const issued = await staplingCa.issue({ names: [name], serial: '4a11' });
      return {
        host: name,
        options: { key: issued.key, cert: issued.chain },
        staple: ocspResponse(staplingCa, staplingCa, Buffer.from('4a11', 'hex'), 'revoked'),
      };
    })(),
    'staple-good': await (async () => {
      const issued = await staplingCa.issue({ names: [name], serial: '4a12' });
      return {
        host: name,
        options: { key: issued.key, cert: issued.chain },
        staple: ocspResponse(staplingCa, staplingCa, Buffer.from('4a12', 'hex'), 'good'),
      };
    })(),
  } satisfies Record<string, Case>;
  return { root, cases: cases as Readonly<Record<string, Case>> };
}

async function longChain(root: Authority, length: number, name: string): Promise<Case> {
  let by = root;
  for (let level = 0; level < length; level += 1)
    by = await by.intermediate({ subject: `Level ${level} of ${length}` });
  const { key, chain } = await by.issue({ names: [name] });
  return { host: name, options: { key, cert: chain } };
}
