/** Where a certificate says that its revocation can be asked (RFC 5280 §4.2.1.13, §4.2.2.1). Text of a peer: printable and bounded. */
import { printable } from '../net/printable.ts';
import { type ParsedCertificate, readExtensions } from './certificate.ts';
import { GENERAL_NAME } from './certificate-name.ts';
import { type Der, oidText, readAll, readSequence } from './der.ts';
import { tbsFields } from './ocsp.ts';

/** One DistributionPoint: several URLs of one list. */
export interface DistributionPoint {
  readonly urls: readonly string[];
  /** Another authority than the issuer keeps this list (an indirect CRL). */
  readonly foreign: boolean;
  /** The list has revocations for some reasons only. */
  readonly someReasons: boolean;
}

export interface RevocationSources {
  readonly points: readonly DistributionPoint[];
  /** URLs of OCSP responders. */
  readonly responders: readonly string[];
}

const CRL_DISTRIBUTION_POINTS = '2.5.29.31';
const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const ACCESS_OCSP = '1.3.6.1.5.5.7.48.1';
/** Real certificates have one of each. */
const MOST = 4;
const URL_LIMIT = 500;

export function revocationSources({ x509 }: ParsedCertificate): RevocationSources {
  const values = readExtensions(tbsFields(x509).find(({ tag }) => tag === 0xa3))?.values;
  return {
    points: (readSequence(values?.get(CRL_DISTRIBUTION_POINTS)) ?? []).slice(0, MOST).map(pointOf),
    responders: (readSequence(values?.get(AUTHORITY_INFO_ACCESS)) ?? [])
      .flatMap(({ content }) => {
        const [method, location] = readAll(content) ?? [];
        return method && location && oidText(method.content) === ACCESS_OCSP ? urlOf(location) : [];
      })
      .slice(0, MOST),
  };
}

/** DistributionPoint: [0] name ([0] fullName), [1] reasons, [2] cRLIssuer. */
function pointOf({ content }: Der): DistributionPoint {
  const fields = readAll(content) ?? [];
  return {
    urls: fullNames(fields.find(({ tag }) => tag === 0xa0)),
    foreign: fields.some(({ tag }) => tag === 0xa2),
    someReasons: fields.some(({ tag }) => tag === 0x81),
  };
}

/** The URLs of a DistributionPointName; none where the name is relative to the issuer's. */
export function fullNames(name: Der | undefined): string[] {
  const [full] = (name && readAll(name.content)) ?? [];
  if (full?.tag !== 0xa0) return [];
  return (readAll(full.content) ?? []).flatMap(urlOf).slice(0, MOST);
}

const urlOf = ({ tag, content }: Der): string[] =>
  tag === GENERAL_NAME.uri && content.length <= URL_LIMIT
    ? [printable(content.toString('latin1'), URL_LIMIT)]
    : [];
