import { connectFacts, proxyHeaderFacts } from '../connection/connection-facts.ts';
import { connectWords, endWords, handshakeWords } from '../connection/outcome-words.ts';
import { tlsFacts } from '../connection/tls-facts.ts';
import type { EvidenceOf } from '../contract/evidence.ts';
import { type Fact, fact } from '../contract/fact.ts';
import { http2Words } from './judge/http2.ts';
import { pageTitle } from './judge/page-title.ts';
import { malformedWords } from './malformed-words.ts';
import type { HttpHop, HttpObservation, HttpResult } from './observation.ts';

export const httpFacts = ({ connect, http }: EvidenceOf<HttpObservation>): Fact[] => [
  ...connectFacts(connect),
  ...(http === undefined ? [] : resultFacts(http)),
];

function resultFacts(http: HttpResult): Fact[] {
  const { bodyBytes, refusedRedirect, http2 } = http;
  const last = http.hops.at(-1);
  return [
    ...http.hops.flatMap(hopFacts),
    ...proxyHeaderFacts(http.hops[0]?.proxyHeader),
    ...fact('Redirect not followed', refusedRedirect && `${refusedRedirect.url}: ${refusedRedirect.reason}`),
    ...fact('Redirects', redirectWords(http.stopped)),
    ...fact('Title', pageTitle(http)),
    ...fact(
      'Body',
      bodyBytes === undefined
        ? undefined
        : `${bodyBytes} bytes${http.bodyTruncated ? ' (cut off at the limit)' : ''}`,
    ),
    ...fact('Content-Encoding', codingWords(http)),
    ...fact('Body SHA-256', http.bodySha256),
    ...fact('Loaded over plain http', http.mixedContent?.join(', ')),
    ...fact(
      'Expected text',
      http.bodyContains === undefined ? undefined : http.bodyContains ? 'found' : 'not found',
    ),
    ...fact('HSTS', http.hsts),
    ...fact('HTTP/2', http2 === undefined ? undefined : http2 ? 'offered' : 'not offered'),
    ...Object.entries(last?.headers ?? {})
      .filter(([name]) => !SHOWN_BEFORE.has(name.toLowerCase()))
      .flatMap(([name, value]) => fact(`Header ${name}`, value)),
    ...tlsFacts(last?.tls),
  ];
}

const hopFacts = (hop: HttpHop): Fact[] => [
  ...fact(`GET ${hop.url}`, `${hopWords(hop)} (from ${hop.address})`),
  ...fact('Cookies sent', hop.cookiesSent),
  ...fact(
    'HTTP/2',
    // An answer that came over HTTP/2 in spite of a forbidden field: the next line has the field.
    hop.http2Error !== undefined && (hop.outcome.status !== 'answered' || hop.http2Error.overHttp1)
      ? `failed (${http2Words(hop.http2Error)})${hop.http2Error.overHttp1 ? '; the answer came over HTTP/1.1' : ''}`
      : undefined,
  ),
  ...fact('Forbidden in HTTP/2', hop.http2Error?.field),
  ...(hop.malformed ?? []).flatMap((one) => fact('Against HTTP/1.1', malformedWords(one))),
];

function codingWords({ falseCoding, codingBrokenOff, wholeWithoutCoding }: HttpResult): string | undefined {
  const broken =
    falseCoding === undefined
      ? []
      : [codingBrokenOff ? `${falseCoding} at first, then it breaks` : `says ${falseCoding}, and it is not`];
  const plain =
    wholeWithoutCoding === undefined
      ? []
      : [`without Accept-Encoding the page came ${wholeWithoutCoding ? 'whole' : 'broken too'}`];
  return [...broken, ...plain].join('; ') || undefined;
}

const SHOWN_BEFORE: ReadonlySet<string> = new Set(['location', 'strict-transport-security']);

function redirectWords(stopped: HttpResult['stopped']): string | undefined {
  if (stopped === 'loop' || stopped === 'too-many-redirects') return stopped;
  return stopped === 'redirect-unresolvable' ? 'the next host does not resolve' : undefined;
}

/** The result of one HTTP exchange, e.g. `301 → https://www.example.com/`. */
function hopWords(hop: HttpHop): string {
  const { outcome } = hop;
  switch (outcome.status) {
    case 'answered':
      return `${hop.statusCode ?? 'no status'}${hop.location ? ` → ${hop.location}` : ''}`;
    case 'no-response':
      return `no response; ${endWords(outcome.end)}`;
    case 'not-http':
      return `the answer is no HTTP: ${outcome.firstBytes}`;
    case 'too-large':
      return `${outcome.what} beyond ${outcome.limit} bytes`;
    case 'not-reached':
      return hop.tls && hop.tls.handshake.status !== 'complete'
        ? `TLS ${handshakeWords(hop.tls.handshake)}`
        : connectWords(hop.connect);
    case 'deadline':
      return 'the deadline of the run came first';
    default:
      return outcome satisfies never;
  }
}
