/** Judges redirects: where they end, and whether plain HTTP leads to https. */

import type { Fault } from '../../../model/finding.ts';
import type { CauseCode } from '../../../model/vocabulary.ts';
import { isIP } from '../../../net/ip.ts';
import { diagnoseConnect } from '../../connection/connect-diagnosis.ts';
import { handshakeFinding } from '../../connection/tls-diagnosis.ts';
import type { DiagnosisContext } from '../../contract/diagnosis.ts';
import { fault, storedText } from '../../contract/fault.ts';
import { within } from '../../contract/sentences.ts';
import { hostOf, portOf } from '../measure/redirect.ts';
import { httpSentence as say } from '../messages.ts';
import type { HttpHop, HttpObservation, HttpResult } from '../observation.ts';
import { outcomeFinding } from './outcome.ts';

/** Why the chain did not end with a final answer; empty when it did, or when the first hop is the one that failed. */
export function redirectFaults(
  observation: HttpObservation,
  result: HttpResult,
  context: DiagnosisContext,
): Fault[] {
  const last = result.hops.at(-1);
  if (last === undefined) return [];
  switch (result.stopped) {
    case 'final':
      return withoutLocation(last, context);
    case 'error':
      return result.hops.length > 1 ? deadEnd(last, observation, context) : [];
    case 'loop':
      return [
        fault(
          'http.redirect-loop',
          last.cookiesSent === undefined
            ? say.loop({ url: last.url, target: last.location ?? '?' })
            : say.loopWithCookies({ url: last.url, target: last.location ?? '?' }),
        ),
      ];
    case 'too-many-redirects':
      return [
        fault(
          'http.redirect-loop',
          say.tooManyRedirects({
            count: result.hops.length - 1,
            url: last.url,
            target: last.location ?? '?',
          }),
        ),
      ];
    case 'redirect-refused':
    case 'redirect-unresolvable':
      return [refusedFault(last, result)];
    default:
      return result.stopped satisfies never;
  }
}

/** RFC 9110 §15.4: these codes need a Location to be useful. */
const NEEDS_LOCATION: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function withoutLocation(hop: HttpHop, { endpoint }: DiagnosisContext): Fault[] {
  const { statusCode = 0, location, url } = hop;
  if (!NEEDS_LOCATION.has(statusCode) || (location !== undefined && location !== '')) return [];
  if (endpoint.assertions?.status?.includes(statusCode)) return [];
  return [
    fault(
      'http.status-unexpected',
      location === ''
        ? say.emptyLocation({ url, status: statusCode })
        : say.noLocation({ url, status: statusCode }),
    ),
  ];
}

function refusedFault(hop: HttpHop, { refusedRedirect }: HttpResult): Fault {
  const { url = '?', reason = '', rule } = refusedRedirect ?? {};
  const filling = { url: hop.url, status: hop.statusCode ?? '?', target: url, reason };
  switch (rule) {
    case 'address':
      return fault('http.redirect-to-private-address', say.redirectToPrivate(filling));
    case 'dns':
      return fault(dnsCause(reason), say.redirectWithoutAddress(filling));
    // Our own limit is not a fault of the server that redirects.
    case 'foreign-port':
      return fault('prober.target-not-authorised', say.redirectNotFollowed(filling), { severity: 'warn' });
    case undefined:
    case 'code':
    case 'scheme':
    case 'credentials':
    case 'port':
    case 'length':
    case 'missing-slash':
    case 'invalid':
      return fault('http.status-unexpected', say.redirectNotFollowed(filling));
    default:
      return rule satisfies never;
  }
}

function dnsCause(reason: string): CauseCode {
  switch (reason) {
    case 'NXDOMAIN':
      return 'dns.nxdomain';
    case 'NODATA':
      return 'dns.no-address';
    case 'REFUSED':
      return 'dns.refused';
    case 'TIMEOUT':
      return 'dns.timeout';
    default:
      return 'dns.servfail';
  }
}

/** The endpoint itself sends the redirect, so what is wrong at its target is blamed on the endpoint. */
function deadEnd(hop: HttpHop, observation: HttpObservation, context: DiagnosisContext): Fault[] {
  const url = new URL(hop.url);
  const host = hostOf(url);
  const target = {
    host,
    port: portOf(url),
    address: hop.address,
    family: isIP(hop.address) === 6 ? (6 as const) : (4 as const),
    timings: hop.timings,
  };
  const found =
    diagnoseConnect(hop.connect, target, context) ??
    (hop.tls === undefined ? undefined : handshakeFinding(hop.tls, target, context)) ??
    outcomeFinding(hop, target, context);
  const { connect } = hop;
  // Where our own network sent no packet, nothing is known of the target.
  const unreachable = connect.status !== 'connected' && !(connect.status === 'unreachable' && connect.local);
  return (found?.faults ?? []).map((each) => ({
    ...each,
    // Where this vantage can't judge the target, the endpoint itself still answered.
    severity: each.cause.startsWith('prober.') ? 'warn' : each.severity,
    ...behindRedirect(hop, observation, each),
    ...(unreachable &&
      storedText(
        say.redirectUnreachable({
          host: observation.host,
          url: hop.url,
          cause: each.cause,
          fault: within(each),
        }),
      )),
  }));
}

/** A page that a client without cookies never gets: it would be redirected in a loop. */
export function cookieFaults({ hops, stopped }: HttpResult): Fault[] {
  const again = hops.findIndex(
    ({ url, cookiesSent }, index) =>
      cookiesSent !== undefined && hops.slice(0, index).some((before) => before.url === url),
  );
  const hop = hops[again];
  if (hop === undefined || stopped !== 'final') return [];
  return [
    fault(
      'http.cookie-needed',
      say.cookieNeeded({
        url: hop.url,
        cookies: hop.cookiesSent ?? '?',
        status: hop.statusCode ?? '?',
      }),
    ),
  ];
}

/** Says that a fault belongs to the redirect's target, not to the endpoint: it has to be fixed there. */
export function behindRedirect(
  hop: HttpHop,
  { host }: HttpObservation,
  fault: Fault,
): Pick<Fault, 'summary' | 'message' | 'at'> {
  const url = new URL(hop.url);
  return {
    ...storedText(say.behindRedirect({ host, url: hop.url, fault: within(fault) })),
    at: {
      kind: url.protocol === 'https:' ? 'https' : 'http',
      host: hostOf(url),
      port: portOf(url),
      address: hop.address,
    },
  };
}

/**
 * RFC 6797 §7.2. The first answer must lead to https on the same host; other hops before that are a warning, never reaching it is a
 * failure.
 */
export function httpsRedirectFaults(
  observation: HttpObservation,
  result: HttpResult,
  { endpoint }: DiagnosisContext,
): Fault[] {
  const [first] = result.hops;
  if (endpoint.assertions?.redirectToHttps !== true || first?.outcome.status !== 'answered') return [];
  const target = targetOf(first);
  if (target === undefined) {
    return [
      fault(
        'http.no-https-redirect',
        say.noHttpsRedirect({ url: first.url, status: first.statusCode ?? '?' }),
      ),
    ];
  }
  if (target.protocol === 'https:') {
    if (hostOf(target) === observation.host) return [];
    return [
      fault(
        'http.no-https-redirect',
        say.httpsOnOtherHost({ url: first.url, other: target.host, host: observation.host }),
        { severity: 'warn' },
      ),
    ];
  }
  const later = result.hops.some((hop) => hop.url.startsWith('https:'));
  return [
    later
      ? fault('http.no-https-redirect', say.plainFirst({ url: first.url, target: target.href }), {
          severity: 'warn',
        })
      : fault('http.no-https-redirect', say.redirectNotHttps({ url: first.url, target: target.href })),
  ];
}

function targetOf({ statusCode = 0, location, url }: HttpHop): URL | undefined {
  if (!NEEDS_LOCATION.has(statusCode) || location === undefined || !URL.canParse(location, url)) {
    return undefined;
  }
  return new URL(location, url);
}
