/** Follows redirects by hand: every hop is looked up, judged and dialled like the first one. */
import type { DnsResult, HttpHop, HttpResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import type { Family } from '../model/vocabulary.ts';
import type { HttpAnswer } from './http-answer.ts';
import { askHop, type HopSetup } from './http-hop.ts';
import { hostOf, nextHop, portOf } from './http-redirect.ts';

export interface Chain extends Pick<HttpResult, 'stopped' | 'refusedRedirect'> {
  readonly hops: HttpHop[];
  /** The last answer, when there was one. */
  readonly answer?: HttpAnswer;
  readonly localAddress?: string;
}

/** Asks `start` at the spec's address and goes on from there until an answer is final or may not be followed. */
export async function followChain(start: URL, spec: ProbeSpec, setup: HopSetup): Promise<Chain> {
  const rules = { accepted: spec.assertions?.status, acme: spec.assertions?.acmePath === true };
  const visited = new Set([start.href]);
  const first = await askHop(start, spec.address, undefined, setup);
  const hops = [first.facts];
  const local = first.localAddress === undefined ? {} : { localAddress: first.localAddress };
  const followers = { context: setup.context, exchange: setup.exchange, left: setup.left };

  let url = start;
  let { answer } = first;
  for (;;) {
    const stop = (stopped: Chain['stopped'], refusedRedirect?: Chain['refusedRedirect']): Chain => ({
      hops,
      stopped,
      ...(refusedRedirect !== undefined && { refusedRedirect }),
      ...(answer !== undefined && { answer }),
      ...local,
    });
    if (answer === undefined || answer.outcome.status !== 'answered') return stop('error');
    const { statusCode = 0, rawHeaders } = answer;
    const next = nextHop(url, statusCode, rawHeaders, visited, rules);
    switch (next.next) {
      case 'none':
        return stop('final');
      case 'loop':
        return stop('loop');
      case 'too-many':
        return stop('too-many-redirects');
      case 'refused':
        return stop('redirect-refused', { url: next.url, reason: next.reason, rule: next.rule });
      case 'go':
        break;
      default:
        return next satisfies never;
    }
    url = next.url;
    visited.add(url.href);
    const reached = await reach(url, spec, followers);
    if (reached.status === 'refused') {
      return stop('redirect-refused', { url: url.href, reason: reached.reason, rule: 'address' });
    }
    if (reached.status === 'unresolvable') {
      return stop('redirect-unresolvable', { url: url.href, reason: reached.reason, rule: 'dns' });
    }
    hops.push(reached.hop.facts);
    ({ answer } = reached.hop);
  }
}

type Reached =
  | { readonly status: 'asked'; readonly hop: Awaited<ReturnType<typeof askHop>> }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unresolvable'; readonly reason: string };

/**
 * The hop at the first of its addresses that connects: one of each family, since only dial errors fall back (boulder
 * va/http.go). The endpoint's own host stays on the address that is probed.
 */
async function reach(url: URL, spec: ProbeSpec, setup: HopSetup): Promise<Reached> {
  const host = hostOf(url);
  if (host === spec.host) {
    const hop = await askHop(url, spec.address, undefined, setup);
    return refusal(hop.facts) ?? { status: 'asked', hop };
  }
  const { clock } = setup.context;
  const begin = clock.monotonic();
  const dns = await within(setup.context.resolver.addresses(host, portOf(url)), setup.left());
  const dnsMs = clock.monotonic() - begin;
  if (dns === undefined) return { status: 'unresolvable', reason: 'TIMEOUT' };
  const addresses = candidates(dns, spec);
  if (addresses.length === 0) return { status: 'unresolvable', reason: failureOf(dns) };
  let reached: Reached = { status: 'unresolvable', reason: 'NODATA' };
  for (const address of addresses) {
    const hop = await askHop(url, address, dnsMs, setup);
    reached = refusal(hop.facts) ?? { status: 'asked', hop };
    if (hop.facts.connect.status === 'connected') break;
  }
  return reached;
}

function refusal({ connect, address }: HttpHop): Reached | undefined {
  return connect.status === 'refused-by-guard'
    ? { status: 'refused', reason: `${address} is ${connect.range}` }
    : undefined;
}

/** One address of each family. HTTP-01 takes IPv6 first (boulder va/http.go), everything else the probe's own family. */
function candidates(dns: DnsResult, spec: ProbeSpec): string[] {
  const of = (family: Family) => dns.addresses.find((one) => one.family === family)?.address;
  const sixFirst = spec.assertions?.acmePath === true || spec.family === 6;
  return (sixFirst ? [of(6), of(4)] : [of(4), of(6)]).filter((one) => one !== undefined);
}

/** Response code of a look-up without address, the telling one first. */
function failureOf(dns: DnsResult): string {
  const codes = dns.answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ code }) => code);
  return codes.find((code) => code !== 'NOERROR' && code !== 'NODATA') ?? 'NODATA';
}

/** `undefined` when `ms` pass first. */
function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
