/** The diagnosis of http and https, step by step: connect, TLS, an answer in HTTP, its redirects, its status, its page. */
import type { Fault, Finding } from '../../model/finding.ts';
import { deadlineReached, diagnoseConnect, peerOf } from '../connection/connect-diagnosis.ts';
import { proxyHeaderFaults } from '../connection/proxy-header-diagnosis.ts';
import { handshakeFinding, tlsFaults } from '../connection/tls-diagnosis.ts';
import type { Diagnose, DiagnosisContext } from '../contract/diagnosis.ts';
import { finding } from '../contract/fault.ts';
import type { Sentence } from '../contract/sentences.ts';
import { asAcme } from './judge/acme.ts';
import { finalFaults } from './judge/final.ts';
import { http2Faults } from './judge/http2.ts';
import { malformedFaults } from './judge/malformed.ts';
import { outcomeFinding } from './judge/outcome.ts';
import { pageTitle } from './judge/page-title.ts';
import { behindRedirect, cookieFaults, httpsRedirectFaults, redirectFaults } from './judge/redirects.ts';
import { hostOf } from './measure/redirect.ts';
import { httpSentence as say } from './messages.ts';
import type { HttpHop, HttpObservation, HttpResult } from './observation.ts';

/** `open` as soon as a status line came: the server answers in HTTP, and what is wrong with the answer is a fault of the service. */
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
  if (first.proxyHeader !== undefined)
    return finding(
      first.statusCode === undefined ? 'broken' : 'open',
      proxyHeaderFaults(first.proxyHeader, peerOf(observation)),
    );
  const broken =
    (first.tls === undefined ? undefined : handshakeFinding(first.tls, observation, context)) ??
    outcomeFinding(first, observation, context);
  // A redirect is followed within the same budget: the end of the run proves no fault of the endpoint.
  if (last.outcome.status === 'deadline') return deadlineReached(observation);
  const certificates = certificateFaults(observation, result, context);
  if (broken !== undefined) return finding(broken.state, [...broken.faults, ...certificates]);

  const ending = result.stopped === 'final' ? finalFaults({ observation, result, hop: last }, context) : [];
  const faults = [
    ...withoutDefaultCertificate(certificates, ending, last),
    ...http2Faults(result.hops),
    ...malformedFaults(result.hops),
    ...cookieFaults(result),
    ...redirectFaults(observation, result, context),
    ...ending,
    ...httpsRedirectFaults(observation, result, context),
  ];
  return judged(faults, context, () => healthySentence(observation, result, last));
}

/** The endpoint answered, but where the answer is only about this prober (a rate limit, our own network), nothing is known about it. */
function judged(faults: readonly Fault[], { endpoint }: DiagnosisContext, healthy: () => Sentence): Finding {
  const portal = faults.find(({ cause }) => cause === 'prober.captive-portal');
  if (portal !== undefined && endpoint.expect === 'open') return finding('inconclusive', [portal]);
  const graver = faults.filter(({ severity }) => severity === 'fail');
  const ours = graver.length > 0 && graver.every(({ side }) => side === 'prober');
  const sound = faults.every(({ severity }) => severity === 'info');
  return finding(
    ours && endpoint.expect === 'open' ? 'inconclusive' : 'open',
    faults,
    sound ? healthy() : undefined,
  );
}

/** For every https hop, each host once. A certificate authority that follows a redirect verifies no certificate (boulder va/http.go). */
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

/** A router without a site for the name shows its own certificate too: one fault, with one way to fix it. */
function withoutDefaultCertificate(
  certificates: readonly Fault[],
  ending: readonly Fault[],
  { tls }: HttpHop,
): readonly Fault[] {
  const noRoute = ending.some(({ cause }) => cause === 'http.no-route');
  const own = tls?.nameMatch?.ok === false && tls.trust?.status === 'self-signed-leaf';
  return noRoute && own ? certificates.filter(({ cause }) => !DEFAULT_CERTIFICATE.has(cause)) : certificates;
}

const DEFAULT_CERTIFICATE: ReadonlySet<string> = new Set(['tls.cert-name-mismatch', 'tls.cert-self-signed']);

function healthySentence(observation: HttpObservation, result: HttpResult, last: HttpHop): Sentence {
  const redirects = result.hops.length - 1;
  const { url, statusCode = '?', httpVersion = '?' } = last;
  const title = pageTitle(result)?.slice(0, 80);
  return say.answers({
    peer: peerOf(observation),
    status: statusCode,
    version: httpVersion,
    details: [
      ...(redirects === 0
        ? []
        : [redirects === 1 ? say.afterRedirect({ url }) : say.afterRedirects({ count: redirects, url })]),
      ...(title === undefined ? [] : [say.showsTitle({ title })]),
    ],
  });
}
