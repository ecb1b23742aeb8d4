/** Judges the last answer of a chain: its status, who wrote it, and whether it is the right page. */
import type { Fault } from '../../../model/finding.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, storedText } from '../../contract/fault.ts';
import { within } from '../../contract/sentences.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpHop, HttpObservation, HttpResult } from '../observation.ts';
import { BLOCK_PAGES } from './block-pages.ts';
import { DEFAULT_PAGES } from './default-pages.ts';
import { matchPage } from './page-match.ts';
import { pageTitle } from './page-title.ts';
import { NO_ROUTE, PLACEHOLDER_PAGES } from './placeholder-pages.ts';
import { cloudflareFault, knownStatusFault } from './statuses.ts';
import { UNCLAIMED_NAMES } from './unclaimed-names.ts';

export interface FinalAnswer {
  readonly observation: HttpObservation;
  readonly result: HttpResult;
  readonly hop: HttpHop;
}

/** Answers that a certificate authority's random path may get from the right server: there is no such token. */
const ACME_STATUS: ReadonlySet<number> = new Set([200, 404, 410]);

export function finalFaults(final: FinalAnswer, context: DiagnosisContext): Fault[] {
  const faults: Fault[] = [];
  const { assertions } = context.endpoint;
  const acme = assertions?.acmePath === true;
  const meant = assertions?.status?.includes(final.hop.statusCode ?? 0) === true;
  // A page of Cloudflare about the site's DNS or origin server looks like its block page.
  const isOrigin = cloudflareFault(final.hop, final.result) !== undefined;
  const blocked = isOrigin ? undefined : blockFault(final, context);
  const unclaimed = meant ? undefined : unclaimedFault(final);
  if (blocked !== undefined) faults.push(blocked);
  else if (unclaimed !== undefined) faults.push(unclaimed);
  else if (!accepts(final.hop.statusCode ?? 0, context)) {
    faults.push(
      noRouteFault(final, context) ??
        knownStatusFault(final.hop, final.result) ??
        statusFault(final, context),
    );
  }
  if (acme) return [...faults, ...lostToken(final)];
  return [
    ...faults,
    ...bodyFaults(final).map((each) => ofCompression(each, final)),
    ...contentFaults(final, context),
    ...defaultPageFaults(final),
    ...mixedContentFaults(final),
  ];
}

/** HTTP-01: the answer for the home page proves nothing about the challenge, whose token was lost in the redirect. */
function lostToken({ hop, result }: FinalAnswer): Fault[] {
  const asked = result.hops[0]?.url ?? '';
  const token = asked.slice(asked.lastIndexOf('/') + 1);
  if (hop.url.includes(token)) return [];
  return [fault('http.status-unexpected', say.tokenLost({ url: asked, target: hop.url }))];
}

/** 200 to 399, and 401 for a login, unless the endpoint names its own. */
function accepts(status: number, { endpoint }: DiagnosisContext): boolean {
  if (endpoint.assertions?.acmePath === true) return ACME_STATUS.has(status);
  const wanted = endpoint.assertions?.status;
  if (wanted !== undefined) return wanted.includes(status);
  return (status >= 200 && status <= 399) || status === 401;
}

function blockFault({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault | undefined {
  const page = matchPage(BLOCK_PAGES, hop, result);
  if (page === undefined) return undefined;
  const title = pageTitle(result)?.slice(0, 120);
  const filling = { url: hop.url, status: hop.statusCode ?? '?', product: page.product };
  // A user who accepts the status explicitly may know about the filter, so this is only a remark.
  const meant = endpoint.assertions?.status?.includes(hop.statusCode ?? 0) === true;
  return fault(
    'http.blocked-by-waf',
    title === undefined ? say.blockPage(filling) : say.blockPageTitled({ ...filling, title }),
    meant ? { severity: 'warn' } : {},
  );
}

/** A person who claims the name at the service gets its visitors: more serious than the status, which may even be 200. */
function unclaimedFault({ hop, result }: FinalAnswer): Fault | undefined {
  const service = matchPage(UNCLAIMED_NAMES, hop, result);
  if (service === undefined) return undefined;
  return fault(
    'http.unclaimed-name',
    say.unclaimed({ url: hop.url, status: hop.statusCode ?? '?', product: service.product }),
  );
}

/** A certificate that belongs to no site: for another name, and self-signed. */
function isDefaultCertificate({ tls }: HttpHop): boolean {
  return tls?.nameMatch?.ok === false && tls.trust?.status === 'self-signed-leaf';
}

function noRouteFault({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault | undefined {
  // The answer to a certificate authority's random path does not depend on the server's routes.
  if (endpoint.assertions?.acmePath === true) return undefined;
  const router = matchPage(NO_ROUTE, hop, result);
  const bare = isDefaultCertificate(hop);
  if (router === undefined && !(bare && hop.statusCode === 404)) return undefined;
  const filling = {
    url: hop.url,
    status: hop.statusCode ?? '?',
    who: router === undefined ? say.someRouter({}) : say.looksLike({ product: router.product }),
  };
  return fault('http.no-route', bare ? say.noRouteDefaultCertificate(filling) : say.noRoute(filling));
}

const PLAIN_TO_TLS =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port|sent an HTTP request to an HTTPS server/i;

/** nginx and Apache complete the handshake with every client and refuse afterwards, in HTTP. */
const WANTS_CERTIFICATE =
  /No required SSL certificate was sent|The SSL certificate error|client certificate (?:is )?required/i;

function statusFault({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault {
  const { statusCode = 0, url, headers } = hop;
  const server = headers?.server?.slice(0, 60);
  const wanted = endpoint.assertions?.status?.join(', ');
  const answer =
    server === undefined
      ? say.status({ url, status: statusCode })
      : say.statusOfServer({ url, status: statusCode, server });
  if (statusCode === 400 && PLAIN_TO_TLS.test(result.bodySample ?? '')) {
    return fault('http.status-unexpected', say.plainToTls({ answer }));
  }
  if ((statusCode === 400 || statusCode === 403) && WANTS_CERTIFICATE.test(result.bodySample ?? '')) {
    return fault('http.status-unexpected', say.wantsCertificate({ answer }));
  }
  if (statusCode >= 502 && statusCode <= 504) {
    return fault('http.status-unexpected', say.proxyWithoutServer({ answer }));
  }
  return fault(
    'http.status-unexpected',
    wanted === undefined
      ? say.statusUnexpectedByDefault({ answer })
      : say.statusUnexpected({ answer, wanted }),
  );
}

/** Bodies without end: of events, where silence is usual, or of pictures and sound, which keep coming. */
function streamKind(contentType = ''): 'events' | 'media' | undefined {
  if (
    /^(?:text\/event-stream|application\/(?:x-)?(?:ndjson|jsonl(?:ines)?|json-seq|stream\+json|grpc(?:-web)?(?:-text)?|connect))\b/i.test(
      contentType,
    )
  ) {
    return 'events';
  }
  return /^(?:multipart\/x-mixed-replace|audio\/|video\/|application\/ogg)/i.test(contentType)
    ? 'media'
    : undefined;
}

/** Headers arrived and the body did not, or not completely. */
function bodyFaults({ hop, result }: FinalAnswer): Fault[] {
  const { bodyEnd, bodyBytes = 0 } = result;
  if (hop.outcome.status === 'too-large') {
    return [fault('http.too-large', say.unpacksTooLarge({ url: hop.url, limit: hop.outcome.limit }))];
  }
  const kind = streamKind(hop.headers?.['content-type']);
  if (kind === 'events') return [];
  const filling = { url: hop.url, status: hop.statusCode ?? '?', bytes: bodyBytes };
  switch (bodyEnd) {
    case undefined:
    case 'complete':
    case 'too-large':
    case 'deadline':
      return [];
    case 'timeout':
      if (result.bodyFlowing) {
        return kind === 'media' ? [] : [fault('http.slow', say.slow({ ...filling, ms: hop.timings.total }))];
      }
      return [fault('http.no-response', say.bodyStalled(filling))];
    case 'fin':
    case 'reset':
      return [
        fault('http.no-response', bodyEnd === 'fin' ? say.bodyClosed(filling) : say.bodyReset(filling)),
      ];
    case 'malformed':
      return [
        fault(
          'http.not-http',
          result.falseCoding === undefined
            ? say.bodyMalformed(filling)
            : result.codingBrokenOff === true
              ? say.codingBrokenOff({ ...filling, coding: result.falseCoding })
              : say.falseCoding({
                  url: hop.url,
                  status: hop.statusCode ?? '?',
                  coding: result.falseCoding,
                }),
        ),
      ];
    default:
      return bodyEnd satisfies never;
  }
}

/** The same page arrived completely when it was not compressed: then it is known what to fix. */
function ofCompression(each: Fault, { result }: FinalAnswer): Fault {
  return result.wholeWithoutCoding === true
    ? { ...each, ...storedText(say.wholeWithoutCoding({ fault: within(each) })) }
    : each;
}

function contentFaults({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault[] {
  const faults: Fault[] = [];
  const { titleContains, bodyContains } = endpoint.assertions ?? {};
  const shown = pageTitle(result);
  const page =
    shown === undefined
      ? say.noTitle({ url: hop.url })
      : say.titled({ url: hop.url, title: shown.slice(0, 120) });
  if (titleContains !== undefined && !(shown ?? '').includes(titleContains)) {
    faults.push(fault('http.content-missing', say.titleMissing({ page, wanted: titleContains })));
  }
  if (bodyContains !== undefined && result.bodyContains !== true) {
    const filling = { page, wanted: bodyContains };
    faults.push(
      fault(
        'http.content-missing',
        result.bodyTruncated
          ? say.textMissingAtFirst({ ...filling, bytes: result.bodyBytes ?? 0 })
          : say.textMissing(filling),
      ),
    );
  }
  // The missing text may be in the part that was not kept.
  return result.bodyCutHere && faults.length > 0
    ? [fault('prober.unavailable', say.cutHere({ url: hop.url, bytes: result.bodyBytes ?? 0 }))]
    : faults;
}

function defaultPageFaults({ hop, result }: FinalAnswer): Fault[] {
  const title = pageTitle(result)?.slice(0, 120);
  const placeholder = matchPage(PLACEHOLDER_PAGES, hop, result);
  if (placeholder !== undefined) {
    return [
      fault(
        'http.placeholder-page',
        title === undefined
          ? say.placeholder({ url: hop.url, product: placeholder.product })
          : say.placeholderTitled({ url: hop.url, product: placeholder.product, title }),
      ),
    ];
  }
  const page = matchPage(DEFAULT_PAGES, hop, result);
  if (page === undefined) return [];
  const filling = { url: hop.url, product: page.product };
  return [
    fault(
      'http.default-page',
      title === undefined ? say.defaultPage(filling) : say.defaultPageTitled({ ...filling, title }),
    ),
  ];
}

function mixedContentFaults({ hop, result }: FinalAnswer): Fault[] {
  const { mixedContent = [] } = result;
  const [first] = mixedContent;
  if (first === undefined || !hop.url.startsWith('https:')) return [];
  const more = mixedContent.length - 1;
  const filling = { url: hop.url, resource: first };
  return [
    fault(
      'http.mixed-content',
      more > 0 ? say.mixedContentAndMore({ ...filling, more }) : say.mixedContent(filling),
    ),
  ];
}
