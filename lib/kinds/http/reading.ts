import {
  connectDependsOnTime,
  dialledReading,
  endDependsOnTime,
  isBareConnect,
  silenceOf,
  tlsAnswered,
  tlsDependsOnTime,
} from '../connection/dialled.ts';
import type { ObservationReading, ServerMark } from '../contract/reading.ts';
import type { HttpHop, HttpObservation, HttpResult } from './observation.ts';

function hopAnswered(hop: HttpHop | undefined): boolean {
  if (hop === undefined) return false;
  switch (hop.outcome.status) {
    case 'answered':
    case 'not-http':
    case 'too-large':
      return true;
    case 'no-response':
    case 'not-reached':
    case 'deadline':
      return tlsAnswered(hop.tls);
    default:
      return hop.outcome satisfies never;
  }
}

/** A status line proves HTTP, whatever came after it. */
const spokeHttp = (hop: HttpHop | undefined): boolean =>
  hop !== undefined && (hop.outcome.status === 'answered' || hop.statusCode !== undefined);

/** A hop without a complete answer, and one whose server says that our request did not arrive in time (RFC 9110 §15.5.9). */
const hopRestsOnTime = (hop: HttpHop): boolean =>
  connectDependsOnTime(hop.connect) ||
  tlsDependsOnTime(hop.tls) ||
  hop.outcome.status === 'no-response' ||
  hop.outcome.status === 'not-reached' ||
  hop.http2Error !== undefined ||
  hop.statusCode === 408;

function portOf(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80);
}

/** `nginx` of `nginx/1.26.3 (Debian)`. */
const softwareOf = (server: string | undefined): string | undefined =>
  /^[\w.-]+/.exec(server?.trim() ?? '')?.[0];

const shown = (what: string, value: string | number | undefined): ServerMark[] =>
  value === undefined ? [] : [{ what, value: String(value).slice(0, 80) }];

/**
 * By the first answer, which is the endpoint's own, and by the page when no redirect led elsewhere. A server in trouble
 * (5xx, 429) gives different answers for a while: they identify nothing.
 */
function marksOf(http: HttpResult | undefined): ServerMark[] {
  const [first, ...more] = http?.hops ?? [];
  if (http === undefined || first?.outcome.status !== 'answered') return [];
  const { statusCode = 0, headers, location, url, tls } = first;
  if (statusCode >= 500 || statusCode === 429) return [];
  const to =
    location === undefined || !URL.canParse(location, url) ? undefined : new URL(location, url).origin;
  const leaf = tls?.chain?.[0]?.fingerprint256;
  const title = more.length === 0 ? http.title : undefined;
  return [
    ...shown('Server', softwareOf(headers?.server)).map((mark) => ({ ...mark, alone: true as const })),
    ...shown('status', statusCode),
    ...shown('redirect to', to),
    ...shown('title', title === undefined ? undefined : `"${title}"`),
    ...shown('certificate', leaf === undefined ? undefined : `${leaf.slice(0, 12)}…`),
  ];
}

const readingOf = (kind: HttpObservation['kind']): ObservationReading<HttpObservation> => ({
  ...dialledReading('tcp'),
  /** Of a redirect chain only the first hop is the endpoint itself. */
  peerAnswered: ({ http }) => hopAnswered(http?.hops[0]),
  tls: ({ http }) => http?.hops[0]?.tls,
  silences: ({ connect, address, port, http }) => [
    ...silenceOf(connect, address, port, 'tcp'),
    ...(http?.hops ?? []).flatMap((hop) => silenceOf(hop.connect, hop.address, portOf(hop.url), 'tcp')),
  ],
  restsOnConnect: (observation) => isBareConnect(observation, spokeHttp(observation.http?.hops[0])),
  restsOnTime: ({ connect, http }) =>
    connectDependsOnTime(connect) ||
    (http !== undefined &&
      (http.hops.some(hopRestsOnTime) ||
        endDependsOnTime(http.bodyEnd === 'malformed' ? undefined : http.bodyEnd) ||
        http.stopped === 'redirect-unresolvable')),
  marks: ({ http }) => marksOf(http),
  unmeasured: (common, connect) => ({ kind, ...common, connect }),
});

export const httpReading = readingOf('http');
export const httpsReading = readingOf('https');
