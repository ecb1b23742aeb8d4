/** What redirects are worth: where they end, and whether plain HTTP leads to https. */
import { isIP } from 'node:net';
import type { Fault } from '../model/finding.ts';
import type { HttpHop, HttpObservation, HttpResult } from '../model/observation.ts';
import type { CauseCode } from '../model/vocabulary.ts';
import { hostOf, portOf } from '../probe/http-redirect.ts';
import { diagnoseConnect } from './connect.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { fault } from './fault.ts';
import { outcomeFinding } from './http-outcome.ts';
import { handshakeFinding } from './tls.ts';

/** Why the chain did not come to a final answer; empty when it did, or when the first hop is the one that failed. */
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
          `${last.url} redirects to ${last.location ?? '?'}, which was asked before.`,
        ),
      ];
    case 'too-many-redirects':
      return [
        fault(
          'http.redirect-loop',
          `After ${result.hops.length - 1} redirects ${last.url} redirects to ${last.location ?? '?'}.`,
        ),
      ];
    case 'redirect-refused':
    case 'redirect-unresolvable':
      return [refusedFault(last, result)];
    default:
      return result.stopped satisfies never;
  }
}

/** RFC 9110 §15.4: these codes need a Location to be of any use. */
const NEEDS_LOCATION: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function withoutLocation(hop: HttpHop, { endpoint }: DiagnosisContext): Fault[] {
  const { statusCode = 0, location, url } = hop;
  if (!NEEDS_LOCATION.has(statusCode) || location !== undefined) return [];
  if (endpoint.assertions?.status?.includes(statusCode)) return [];
  return [fault('http.status-unexpected', `${url} answers ${statusCode} without a Location to go to.`)];
}

function refusedFault(hop: HttpHop, { refusedRedirect }: HttpResult): Fault {
  const { url = '?', reason = '', rule } = refusedRedirect ?? {};
  const leads = `${hop.url} redirects (${hop.statusCode}) to ${url}`;
  switch (rule) {
    case 'address':
      return fault(
        'http.redirect-to-private-address',
        `${leads}, but ${reason}: nobody on the internet can follow. No packet was sent there.`,
      );
    case 'dns':
      return fault(dnsCause(reason), `${leads}, whose name gives no address (${reason}).`);
    case undefined:
    case 'scheme':
    case 'credentials':
    case 'port':
    case 'length':
    case 'missing-slash':
    case 'invalid':
      return fault('http.status-unexpected', `${leads}, which is not followed: ${reason}.`);
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

/** The redirect is the endpoint's own doing, so what is wrong at its target is held against the endpoint. */
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
  return (found?.faults ?? []).map((each) => ({
    ...each,
    // Where this vantage can't judge the target, the endpoint itself still answered.
    severity: each.cause.startsWith('prober.') ? 'warn' : each.severity,
    ...behindRedirect(hop, observation, each),
  }));
}

/** That a fault is not the endpoint's own, but of where it redirects to: that is where it has to be mended. */
export function behindRedirect(
  hop: HttpHop,
  { host }: HttpObservation,
  { summary }: Fault,
): Pick<Fault, 'summary' | 'at'> {
  const url = new URL(hop.url);
  return {
    summary: `${host} redirects to ${hop.url}: ${summary}`,
    at: { host: hostOf(url), port: portOf(url), address: hop.address },
  };
}

/**
 * RFC 6797 §7.2. The first answer must lead to https on the same host; a detour is a warning, never getting there a
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
        `${first.url} answers ${first.statusCode} in plain HTTP instead of redirecting to https.`,
      ),
    ];
  }
  if (target.protocol === 'https:') {
    if (hostOf(target) === observation.host) return [];
    return [
      fault(
        'http.no-https-redirect',
        `${first.url} redirects to https on another host (${target.host}), so ${observation.host} itself is never visited over https and can't pin it (HSTS).`,
        { severity: 'warn' },
      ),
    ];
  }
  const later = result.hops.some((hop) => hop.url.startsWith('https:'));
  return [
    later
      ? fault(
          'http.no-https-redirect',
          `${first.url} redirects to ${target.href} first, which is plain HTTP too, before https is reached.`,
          { severity: 'warn' },
        )
      : fault('http.no-https-redirect', `${first.url} redirects to ${target.href}, which is not https.`),
  ];
}

function targetOf({ statusCode = 0, location, url }: HttpHop): URL | undefined {
  if (!NEEDS_LOCATION.has(statusCode) || location === undefined || !URL.canParse(location, url)) {
    return undefined;
  }
  return new URL(location, url);
}
