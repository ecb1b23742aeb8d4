/** What the last answer of a chain is worth: its status, who wrote it, and whether it is the page that was meant. */
import type { Fault } from '../model/finding.ts';
import type { HttpHop, HttpObservation, HttpResult } from '../model/observation.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault } from './fault.ts';
import { BLOCK_PAGES } from './http-block-pages.ts';
import { DEFAULT_PAGES } from './http-default-pages.ts';
import { matchPage } from './http-page-match.ts';

export interface FinalAnswer {
  readonly observation: HttpObservation;
  readonly result: HttpResult;
  readonly hop: HttpHop;
}

/** Answers that a certificate authority's random path may get from the right server: nobody planted the token. */
const ACME_STATUS: ReadonlySet<number> = new Set([200, 404, 410]);

export function finalFaults(final: FinalAnswer, context: DiagnosisContext): Fault[] {
  const faults: Fault[] = [];
  const { assertions } = context.endpoint;
  const acme = assertions?.acmePath === true;
  const blocked = blockFault(final, context);
  if (blocked !== undefined) faults.push(blocked);
  else if (!accepts(final.hop.statusCode ?? 0, context)) faults.push(statusFault(final, context));
  if (acme) return faults;
  return [...faults, ...bodyFaults(final), ...contentFaults(final, context), ...defaultPageFaults(final)];
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
  const title = result.title === undefined ? '' : ` ("${result.title.slice(0, 120)}")`;
  // Who accepts the status by name may know about the filter: it is worth saying, no more.
  const meant = endpoint.assertions?.status?.includes(hop.statusCode ?? 0) === true;
  return fault(
    'http.blocked-by-waf',
    `${hop.url} answers ${hop.statusCode} with the block page of ${page.product}${title}: the filter turned this source away, the site behind it was not reached.`,
    meant ? { severity: 'warn' } : {},
  );
}

const PLAIN_TO_TLS =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port|sent an HTTP request to an HTTPS server/i;

/** nginx and Apache shake hands with anybody and refuse afterwards, in HTTP. */
const WANTS_CERTIFICATE =
  /No required SSL certificate was sent|The SSL certificate error|client certificate (?:is )?required/i;

function statusFault({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault {
  const { statusCode = 0, url, headers } = hop;
  const server = headers?.server === undefined ? '' : ` (${headers.server.slice(0, 60)})`;
  const wanted = endpoint.assertions?.status?.join(', ') ?? '200 to 399 or 401';
  const status = `${url} answers ${statusCode}${server}`;
  if (statusCode === 400 && PLAIN_TO_TLS.test(result.bodySample ?? '')) {
    return fault(
      'http.status-unexpected',
      `${status}: this port speaks TLS and was asked in plain HTTP; give it as https, or let plain HTTP be served here.`,
    );
  }
  if ((statusCode === 400 || statusCode === 403) && WANTS_CERTIFICATE.test(result.bodySample ?? '')) {
    return fault(
      'http.status-unexpected',
      `${status}: it demands a client certificate, which the public does not have.`,
    );
  }
  if (statusCode >= 502 && statusCode <= 504) {
    return fault(
      'http.status-unexpected',
      `${status}: the proxy is up, but the server behind it does not answer; for a LUCY proxy that is the master.`,
    );
  }
  return fault('http.status-unexpected', `${status}; accepted is ${wanted}.`);
}

/** Headers came and the body did not, or not whole. An event stream has no end by design. */
function bodyFaults({ hop, result }: FinalAnswer): Fault[] {
  const { bodyEnd, bodyBytes = 0 } = result;
  if (hop.outcome.status === 'too-large') {
    return [
      fault(
        'http.too-large',
        `The compressed body of ${hop.url} unpacks to more than ${hop.outcome.limit} bytes; unpacking was stopped there.`,
      ),
    ];
  }
  if (/^text\/event-stream/i.test(hop.headers?.['content-type'] ?? '')) return [];
  const text = `${hop.url} answers ${hop.statusCode}, but its body`;
  switch (bodyEnd) {
    case undefined:
    case 'complete':
    case 'too-large':
    case 'deadline':
      return [];
    case 'timeout':
      return [
        fault(
          'http.no-response',
          `${text} stalled after ${bodyBytes} bytes: the server hangs, or large packets are lost on the way (a path MTU black hole: ICMP "fragmentation needed" is blocked).`,
        ),
      ];
    case 'fin':
    case 'reset':
      return [
        fault(
          'http.no-response',
          `${text} was cut off after ${bodyBytes} bytes (${bodyEnd === 'fin' ? 'connection closed' : 'RST'}).`,
        ),
      ];
    case 'malformed':
      return [
        fault(
          'http.not-http',
          `${text} is malformed after ${bodyBytes} bytes: its chunks or its content coding are not what the headers say.`,
        ),
      ];
    default:
      return bodyEnd satisfies never;
  }
}

function contentFaults({ hop, result }: FinalAnswer, { endpoint }: DiagnosisContext): Fault[] {
  const faults: Fault[] = [];
  const { titleContains, bodyContains } = endpoint.assertions ?? {};
  const title = result.title === undefined ? 'has no title' : `has the title "${result.title.slice(0, 120)}"`;
  if (titleContains !== undefined && !(result.title ?? '').includes(titleContains)) {
    faults.push(fault('http.content-missing', `${hop.url} ${title}, without "${titleContains}".`));
  }
  if (bodyContains !== undefined && result.bodyContains !== true) {
    const part = result.bodyTruncated ? `the first ${result.bodyBytes ?? 0} bytes` : 'the page';
    faults.push(
      fault('http.content-missing', `${hop.url} ${title}; ${part} does not contain "${bodyContains}".`),
    );
  }
  return faults;
}

function defaultPageFaults({ hop, result }: FinalAnswer): Fault[] {
  const page = matchPage(DEFAULT_PAGES, hop, result);
  if (page === undefined) return [];
  const shown = result.title === undefined ? '' : ` ("${result.title.slice(0, 120)}")`;
  return [
    fault(
      'http.default-page',
      `${hop.url} shows the default page of ${page.product}${shown}: the server is up, but no site is set up for this name.`,
    ),
  ];
}
