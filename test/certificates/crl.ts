/** Certificate revocation lists (RFC 5280 §5) of a P-256 authority, sound ones and faulty ones, and the extensions that lead to them. */
import { sign } from 'node:crypto';
import { der } from '../servers/tls-material.ts';
import type { CertificateOptions, Identity } from './authority.ts';

const DAY = 86_400_000;
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');

export interface CrlOptions {
  /** Serial numbers, lower-case hex. */
  readonly revoked?: readonly { readonly serial: string; readonly at?: Date; readonly reason?: number }[];
  readonly thisUpdate?: Date;
  /** `null`: left out. */
  readonly nextUpdate?: Date | null;
  /** Who signs, where that is another than the issuer. */
  readonly signer?: Identity;
  /** Content of IssuingDistributionPoint. */
  readonly scope?: Buffer;
  /** Further extensions, DER of each. */
  readonly extensions?: readonly Buffer[];
  /** Entries that mean nothing, to make it long. */
  readonly filling?: number;
}

const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`));
const integer = (hex: string): Buffer => der(2, Buffer.from(hex, 'hex'));

export const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  der(0x30, der(6, Buffer.from(oid, 'hex')), ...(critical ? [der(1, Buffer.of(0xff))] : []), der(4, value));
/** CRLReason. */
const reasonOf = (reason: number | undefined): Buffer[] =>
  reason === undefined ? [] : [der(0x30, extension('551d15', false, der(0x0a, Buffer.of(reason))))];

/** Context tags of IssuingDistributionPoint: a URL, or a flag that is true. */
export const scopeUrl = (url: string): Buffer => der(0xa0, der(0xa0, der(0x86, Buffer.from(url))));
export const scopeFlag = (tag: number): Buffer => der(0x80 | tag, Buffer.of(0xff));

export function createCrl(issuer: Identity, options: CrlOptions = {}): Buffer {
  const { revoked = [], thisUpdate, nextUpdate, signer = issuer, scope, filling = 0 } = options;
  const now = Date.now();
  const entries = [
    ...Array.from({ length: filling }, (_, n) =>
      der(0x30, integer(`7f${n.toString(16).padStart(16, '0')}`), time(new Date(now - DAY))),
    ),
    ...revoked.map(({ serial, at, reason }) =>
      der(0x30, integer(serial), time(at ?? new Date(now - DAY)), ...reasonOf(reason)),
    ),
  ];
  const extensions = [
    ...(scope ? [extension('551d1c', true, der(0x30, scope))] : []),
    ...(options.extensions ?? []),
  ];
  const algorithm = der(0x30, ECDSA_SHA256);
  const tbs = long(
    0x30,
    der(2, Buffer.of(1)),
    algorithm,
    subjectOf(issuer),
    time(thisUpdate ?? new Date(now - 3_600_000)),
    ...(nextUpdate === null ? [] : [time(nextUpdate ?? new Date(now + 7 * DAY))]),
    ...(entries.length > 0 ? [long(0x30, ...entries)] : []),
    ...(extensions.length > 0 ? [der(0xa0, der(0x30, ...extensions))] : []),
  );
  const signature = sign('sha256', tbs, signer.privateKey);
  return long(0x30, tbs, algorithm, der(3, Buffer.of(0), signature));
}

/** An element of any length. */
function long(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x10000) return der(tag, content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.of(tag, 0x84), size, content]);
}

/** Name of the subject: the sixth field of TBSCertificate. */
function subjectOf({ der: certificate }: Identity): Buffer {
  let at = contentAt(certificate, 0);
  at = contentAt(certificate, at);
  for (let field = 0; field < 5; field += 1) at = endOf(certificate, at);
  return certificate.subarray(at, endOf(certificate, at));
}

function contentAt(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function endOf(bytes: Buffer, at: number): number {
  const first = bytes[at + 1] ?? 0;
  const length = first < 0x80 ? first : bytes.readUIntBE(at + 2, first & 0x7f);
  return contentAt(bytes, at) + length;
}

export interface Sources {
  /** One DistributionPoint each, with these URLs. */
  readonly crl?: readonly (readonly string[])[];
  readonly ocsp?: string;
}

/** Extensions of a certificate that say where to ask. */
export function revocationExtensions({ crl, ocsp }: Sources): NonNullable<CertificateOptions['extensions']> {
  const points = (crl ?? []).map((urls) =>
    der(0x30, der(0xa0, der(0xa0, ...urls.map((url) => der(0x86, Buffer.from(url)))))),
  );
  return [
    ...(points.length > 0 ? [{ oid: '2.5.29.31', value: der(0x30, ...points) }] : []),
    ...(ocsp === undefined
      ? []
      : [
          {
            oid: '1.3.6.1.5.5.7.1.1',
            value: der(
              0x30,
              der(0x30, der(6, Buffer.from('2b06010505073001', 'hex')), der(0x86, Buffer.from(ocsp))),
            ),
          },
        ]),
  ];
}
