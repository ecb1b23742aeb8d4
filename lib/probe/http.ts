import type { HttpObservation, HttpResult, TlsResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { isoTime, roundMs } from '../net/clock.ts';
import { createExchange } from '../net/exchange.ts';
import { HTTP_LIMITS } from './http-answer.ts';
import { type Chain, followChain } from './http-chain.ts';
import { readPage } from './http-page.ts';
import { endpointUrl } from './http-redirect.ts';
import type { Probe, ProbeContext } from './probe.ts';
import { oldestProtocol } from './tls-handshake.ts';

/**
 * http and https: one GET at the spec's address with the Host and SNI of its name, redirects followed by hand under
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

  let oldest: Promise<string | undefined> | undefined;
  const onTls = (tls: TlsResult): void => {
    if (spec.oldProtocols) oldest = askOldest(spec, tls, left(), context);
  };
  const chain = await followChain(start, spec, { context, exchange, left, onTls });
  const [first] = chain.hops;
  if (first === undefined) throw new Error('a chain has a first hop');

  const http = first.connect.status === 'connected' ? await resultOf(chain, spec) : undefined;
  const oldestAccepted = await oldest;
  const facts = http?.hops[0];
  if (facts?.tls !== undefined && oldestAccepted !== undefined) {
    facts.tls = { ...facts.tls, oldestProtocol: oldestAccepted };
  }
  const observation: HttpObservation = {
    kind,
    endpointId: spec.endpointId,
    vantage: context.vantage,
    host: spec.host,
    port: spec.port,
    address: spec.address,
    startedAt,
    timings: { ...first.timings, total: roundMs(clock.monotonic() - begin) },
    exchange: exchange.lines,
    connect: first.connect,
  };
  if (spec.family !== undefined) observation.family = spec.family;
  if (chain.localAddress !== undefined) observation.localAddress = chain.localAddress;
  if (http !== undefined) observation.http = http;
  return observation;
};

/** HTTP-01 (RFC 8555 §8.3) is tried with a token that nobody planted: only the way to the server is learnt. */
function pathOf(spec: ProbeSpec, context: ProbeContext): string {
  return spec.assertions?.acmePath === true
    ? `/.well-known/acme-challenge/${context.randomHex(16)}`
    : (spec.path ?? '/');
}

async function resultOf(chain: Chain, spec: ProbeSpec): Promise<HttpResult> {
  const { hops, stopped, refusedRedirect, answer } = chain;
  const [first] = hops;
  const result: HttpResult = { hops, stopped };
  if (refusedRedirect !== undefined) result.refusedRedirect = refusedRedirect;
  if (first?.tls?.handshake.status === 'complete') result.http2 = first.tls.alpn === 'h2';
  const last = hops.at(-1);
  if (stopped !== 'final' || answer === undefined || last === undefined) return result;
  const page = await readPage(answer, spec.assertions?.bodyContains);
  if (page.bomb) last.outcome = { status: 'too-large', what: 'body', limit: HTTP_LIMITS.decodedBody };
  return Object.assign(result, page.facts);
}

/** Beside the request, on connections of its own; a server that refused our handshake may speak an older protocol only. */
function askOldest(
  spec: ProbeSpec,
  tls: TlsResult,
  timeoutMs: number,
  context: ProbeContext,
): Promise<string | undefined> | undefined {
  const { status } = tls.handshake;
  if (status !== 'complete' && status !== 'alert') return undefined;
  const { servername, protocol } = tls;
  return oldestProtocol(
    spec.address,
    spec.port,
    {
      timeoutMs,
      ...(servername !== undefined && { servername }),
      ...(protocol !== undefined && { negotiated: protocol }),
    },
    context,
  );
}
