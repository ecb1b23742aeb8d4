/** The ladder of http and https: connect, TLS, an answer in HTTP, its redirects, its status, its page. */
import type { Fault, Finding } from '../model/finding.ts';
import type { HttpHop, HttpObservation, HttpResult } from '../model/observation.ts';
import { hostOf } from '../probe/http-redirect.ts';
import { deadlineReached, diagnoseConnect, peerName } from './connect.ts';
import type { Diagnose, DiagnosisContext } from './diagnosis-context.ts';
import { finding } from './fault.ts';
import { asAcme } from './http-acme.ts';
import { finalFaults } from './http-final.ts';
import { outcomeFinding } from './http-outcome.ts';
import { behindRedirect, httpsRedirectFaults, redirectFaults } from './http-redirects.ts';
import { handshakeFinding, tlsFaults } from './tls.ts';

/** `open` as soon as a status line came: HTTP was spoken, and what is wrong with it are faults of the service. */
export const diagnoseHttp: Diagnose<HttpObservation> = (observation, context) => {
  const found = climb(observation, context);
  return context.endpoint.assertions?.acmePath === true ? asAcme(found, observation) : found;
};

function climb(observation: HttpObservation, context: DiagnosisContext): Finding {
  const failed = diagnoseConnect(observation.connect, observation, context);
  if (failed !== undefined) return failed;
  const result = observation.http;
  const first = result?.hops[0];
  const last = result?.hops.at(-1);
  if (result === undefined || first === undefined || last === undefined) return deadlineReached(observation);
  const broken =
    (first.tls === undefined ? undefined : handshakeFinding(first.tls, observation, context)) ??
    outcomeFinding(first, observation, context);
  // A redirect was asked for within the same budget: the end of the run says nothing against the endpoint.
  if (last.outcome.status === 'deadline') return deadlineReached(observation);
  const certificates = certificateFaults(observation, result, context);
  if (broken !== undefined) return finding(broken.state, [...broken.faults, ...certificates]);

  const faults = [
    ...certificates,
    ...redirectFaults(observation, result, context),
    ...(result.stopped === 'final' ? finalFaults({ observation, result, hop: last }, context) : []),
    ...httpsRedirectFaults(observation, result, context),
  ];
  return finding('open', faults, faults.length === 0 ? healthySummary(observation, result, last) : undefined);
}

/** Of every https hop, each host once. A certificate authority that follows a redirect verifies none (boulder va/http.go). */
function certificateFaults(
  observation: HttpObservation,
  { hops }: HttpResult,
  context: DiagnosisContext,
): Fault[] {
  if (context.endpoint.assertions?.acmePath === true) return [];
  const seen = new Set<string>();
  return hops.flatMap((hop, index) => {
    if (hop.tls === undefined) return [];
    const host = hostOf(new URL(hop.url));
    if (seen.has(host)) return [];
    seen.add(host);
    const faults = tlsFaults(hop.tls, host, context);
    return index === 0
      ? faults
      : faults.map((each) => ({ ...each, ...behindRedirect(hop, observation, each) }));
  });
}

function healthySummary(observation: HttpObservation, { hops, title }: HttpResult, last: HttpHop): string {
  const redirects = hops.length - 1;
  const by = redirects === 0 ? '' : ` after ${redirects} redirect${redirects === 1 ? '' : 's'} (${last.url})`;
  const shown = title === undefined ? '' : `, title "${title.slice(0, 80)}"`;
  return `${peerName(observation)} answers ${last.statusCode} over HTTP/${last.httpVersion ?? '?'}${by}${shown}.`;
}
