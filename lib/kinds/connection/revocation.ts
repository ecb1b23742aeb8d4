/**
 * Asks whether the certificates of a path are revoked: by the list that each names, else by its OCSP responder. Only for a path that leads
 * to a trusted root: nobody else can make us fetch anything. What can't be found out is a fact, and never a fault.
 */
import type { ProbeSpec } from '../../model/plan.ts';
import { crlStatus } from '../../x509/crl.ts';
import { ocspRequest, readOcspResponse } from '../../x509/ocsp.ts';
import type { Revocation, RevocationStatus } from '../../x509/revocation.ts';
import { type DistributionPoint, revocationSources } from '../../x509/revocation-sources.ts';
import type { FetchWhole } from '../contract/fetch-whole.ts';
import type { ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { findCrl } from './known-crls.ts';
import { type PathLink, pathLinks } from './tls-chain.ts';

/** Certificates of a path, URLs of each list, and responders that are asked. */
const MOST_CERTIFICATES = 4;
const MOST_URLS = 2;
/** Of one list or response. */
const PATIENCE_MS = 10_000;
const OCSP_LIMIT_BYTES = 65_536;

/** What a probe does beside its own question; the same for every kind with TLS. */
export const asksRevocation = (
  { revocation, expect }: Pick<ProbeSpec, 'revocation' | 'expect'>,
  tls: Pick<TlsResult, 'handshake' | 'chain'>,
): boolean =>
  revocation === true &&
  expect !== 'closed' &&
  tls.handshake.status === 'complete' &&
  pathLinks(tls).length > 0;

/**
 * Never rejects. What a staple proved already stays.
 *
 * @param timeoutMs of everything together
 */
export async function askRevocation(
  tls: TlsResult,
  timeoutMs: number,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<Pick<TlsResult, 'revocation'>> {
  const until = context.clock.monotonic() + timeoutMs;
  const left = (): number => Math.min(PATIENCE_MS, until - context.clock.monotonic());
  const links = pathLinks(tls).slice(0, MOST_CERTIFICATES);
  const all = await Promise.all(links.map((link) => ofCertificate(link, left, context, fetchWhole)));
  return { revocation: [...(tls.revocation ?? []), ...all.flat()] };
}

async function ofCertificate(
  link: PathLink,
  left: () => number,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<Revocation[]> {
  const { points, responders } = revocationSources(link.certificate);
  const found: Revocation[] = [];
  const isDecided = (): boolean => found.some(({ status }) => status !== 'unknown');
  for (const point of points) {
    if (isDecided()) break;
    found.push(await byList(link, point, left, context, fetchWhole));
  }
  for (const url of responders.slice(0, MOST_URLS)) {
    if (isDecided()) break;
    found.push({
      certificate: link.place,
      source: 'ocsp',
      url,
      ...(await byResponder(link, url, left, context, fetchWhole)),
    });
  }
  if (found.length > 0) return found;
  const detail = 'the certificate names neither a list nor a responder';
  return [{ certificate: link.place, source: 'none', status: 'unknown', detail }];
}

async function byList(
  { place, certificate, issuer }: PathLink,
  point: DistributionPoint,
  left: () => number,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<Revocation> {
  const of = { certificate: place, source: 'crl' } as const;
  if (point.foreign)
    return { ...of, ...unknown('another authority than the issuer keeps it (an indirect list)') };
  const urls = point.urls.filter((url) => /^http:/i.test(url));
  if (urls.length === 0) {
    const named = point.urls[0];
    return {
      ...of,
      ...(named !== undefined && { url: named }),
      ...unknown('its address is none that is fetched (http:)'),
    };
  }
  let told: Revocation = { ...of, ...unknown('there was no time left for it') };
  for (const url of urls.slice(0, MOST_URLS)) {
    if (left() <= 0) return told;
    const found = await findCrl(url, issuer, left(), context, fetchWhole);
    const status =
      'crl' in found ? crlStatus(found.crl, certificate, point, context.clock.now()) : unknown(found.useless);
    told = { ...of, url, ...status };
    if (status.status !== 'unknown') return told;
  }
  return told;
}

/** RFC 6960 appendix A.1: a GET, which responders may answer from a cache. */
async function byResponder(
  { certificate, issuer }: PathLink,
  url: string,
  left: () => number,
  context: ProbeContext,
  fetchWhole: FetchWhole,
): Promise<RevocationStatus> {
  const request = ocspRequest(certificate, issuer);
  if (!request || left() <= 0) return unknown('there was no time left for it');
  const path = encodeURIComponent(request.toString('base64'));
  const asked = `${url.replace(/\/$/, '')}/${path}`;
  const fetched = await fetchWhole(asked, { maxBytes: OCSP_LIMIT_BYTES, timeoutMs: left() }, context);
  if (!fetched.ok) return unknown(fetched.why);
  const read = readOcspResponse(fetched.bytes, certificate, issuer, context.clock.now());
  fetched.release();
  if ('useless' in read) return unknown(read.useless);
  return read.status === 'unknown' ? { ...read, detail: 'the responder does not know it' } : read;
}

const unknown = (detail: string): RevocationStatus => ({ status: 'unknown', detail });
