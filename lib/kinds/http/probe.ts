import type { ProbeSpec } from '../../model/plan.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { createExchange } from '../../net/exchange.ts';
import { askRevocation, asksRevocation } from '../connection/revocation.ts';
import { type Accepted, whatServerAccepts } from '../connection/what-server-accepts.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { HTTP_LIMITS, headerValue } from './measure/answer.ts';
import { type Chain, followChain } from './measure/chain.ts';
import { fetchWhole } from './measure/fetch-whole.ts';
import { askHop, type HopSetup } from './measure/hop.ts';
import { readPage } from './measure/page.ts';
import { proxyHeaderAtWeb } from './measure/proxy-header.ts';
import { endpointUrl } from './measure/redirect.ts';
import type { HttpObservation, HttpResult } from './observation.ts';

/**
 * http and https: one GET at the spec's address with the Host and SNI of its name, redirects followed by our own code under
 * the same guard, and what the final page is. `spec.timeoutMs` bounds the whole. Nothing but the URL and what it
 * redirects to is fetched, and no cookie is kept.
 */
export const probeHttp: Probe<HttpObservation> = async (spec, context) => {
  const { clock } = context;
  const begin = clock.monotonic();
  const startedAt = isoTime(clock.now());
  const exchange = createExchange(clock);
  const left = (): number => Math.max(1, spec.timeoutMs - (clock.monotonic() - begin));
  const kind = spec.kind === 'https' ? 'https' : 'http';
  const start = endpointUrl(kind, spec.host, spec.port, pathOf(spec, context));

  // In parallel to the request, on separate connections; a server that refused our handshake may support only an older protocol.
  let accepted: Promise<Accepted> | undefined;
  let revocation: ReturnType<typeof askRevocation> | undefined;
  const onTls = (tls: TlsResult): void => {
    accepted = whatServerAccepts(spec, tls, left(), context);
    if (asksRevocation(spec, tls)) revocation = askRevocation(tls, left(), context, fetchWhole);
  };
  // The client that fetches an HTTP-01 challenge is not a browser.
  const judge = spec.assertions?.acmePath === true ? 'Go' : 'Chromium';
  const setup: HopSetup = { context, exchange, left, judge, onTls };
  const chain = await followChain(start, spec, setup);
  const [first] = chain.hops;
  if (first === undefined) throw new Error('a chain has a first hop');

  const proxyHeader = await proxyHeaderAtWeb(first, start, left(), context);
  if (proxyHeader !== undefined) first.proxyHeader = proxyHeader;
  const http = first.connect.status === 'connected' ? await resultOf(chain, spec, setup) : undefined;
  chain.answer?.release?.();
  const moreAccepted = await accepted;
  const facts = http?.hops[0];
  if (facts?.tls !== undefined) facts.tls = { ...facts.tls, ...moreAccepted, ...(await revocation) };
  const observation: HttpObservation = {
    kind,
    ...observationHead(spec, context.vantage, { startedAt, ...chain.local }),
    timings: { ...first.timings, total: roundMs(clock.monotonic() - begin) },
    exchange: exchange.lines,
    connect: first.connect,
  };
  if (http !== undefined) observation.http = http;
  return observation;
};

/** HTTP-01 (RFC 8555 §8.3) is tried with a token that does not exist: only the path to the server is checked. */
function pathOf(spec: ProbeSpec, context: ProbeContext): string {
  return spec.assertions?.acmePath === true
    ? `/.well-known/acme-challenge/${context.randomHex(16)}`
    : (spec.path ?? '/');
}

async function resultOf(chain: Chain, spec: ProbeSpec, setup: HopSetup): Promise<HttpResult> {
  const { hops, stopped, refusedRedirect, answer } = chain;
  const [first] = hops;
  const result: HttpResult = { hops, stopped };
  if (refusedRedirect !== undefined) result.refusedRedirect = refusedRedirect;
  if (first?.tls?.handshake.status === 'complete') result.http2 = first.tls.alpn === 'h2';
  const last = hops.at(-1);
  if (stopped !== 'final' || answer === undefined || last === undefined) return result;
  const page = await readPage(answer, spec.assertions?.bodyContains);
  if (page.bomb) last.outcome = { status: 'too-large', what: 'body', limit: HTTP_LIMITS.decodedBody };
  if (answer.bodyFlowing) result.bodyFlowing = true;
  if (answer.outOfBudget) result.bodyCutHere = true;
  Object.assign(result, page.facts);
  const whole = await wholeWithoutCoding(chain, result, setup);
  if (whole !== undefined) result.wholeWithoutCoding = whole;
  return result;
}

/** Asks once more for a page whose content coding is broken: the software that compresses it may be the reason. */
async function wholeWithoutCoding(
  { hops, answer, jar }: Chain,
  { bodyEnd }: HttpResult,
  setup: HopSetup,
): Promise<boolean | undefined> {
  const last = hops.at(-1);
  const coding = headerValue(answer?.rawHeaders ?? [], 'content-encoding');
  const broken = bodyEnd === 'malformed' || bodyEnd === 'fin' || bodyEnd === 'reset';
  if (last === undefined || coding === undefined || !broken || setup.context.deadline.aborted)
    return undefined;
  setup.exchange.event('the body broke in its content coding; the same is asked without Accept-Encoding');
  const { onTls: _, ...rest } = setup;
  const plain = await askHop(new URL(last.url), last.address, undefined, { ...rest, jar, coded: false });
  plain.answer?.release?.();
  if (plain.answer?.outcome.status !== 'answered' || plain.answer.outOfBudget) return undefined;
  const came = plain.answer.bodyEnd === 'complete' || plain.answer.bodyEnd === 'too-large';
  return came && plain.answer.statusCode === answer?.statusCode;
}
