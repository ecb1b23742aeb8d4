/** Follows redirects itself: every hop is looked up, judged and dialled like the first one. */

import type { DnsResult } from '../../../model/observed.ts';
import type { ProbeSpec } from '../../../model/plan.ts';
import type { Family } from '../../../model/vocabulary.ts';
import { deferredTimeout } from '../../../net/deferred-timeout.ts';
import type { LocalEnd } from '../../../net/network-access.ts';
import type { HttpHop, HttpResult } from '../observation.ts';
import type { HttpAnswer } from './answer.ts';
import { type CookieJar, createCookieJar } from './cookies.ts';
import { askHop, type HopSetup } from './hop.ts';
import { hostOf, nextHop, portOf, visitOf } from './redirect.ts';

export interface Chain extends Pick<HttpResult, 'stopped' | 'refusedRedirect'> {
  readonly hops: HttpHop[];
  /** The last answer, when there was one. */
  readonly answer?: HttpAnswer;
  readonly local: LocalEnd;
  /** Cookies of the chain; absent where none are kept. */
  readonly jar: CookieJar | undefined;
}

/** Asks `start` at the spec's address and continues until an answer is final or may not be followed. */
export async function followChain(start: URL, spec: ProbeSpec, setup: HopSetup): Promise<Chain> {
  const acme = spec.assertions?.acmePath === true;
  // A certificate authority keeps no cookies.
  const jar = acme ? undefined : createCookieJar(() => setup.context.clock.now());
  const rules = {
    accepted: spec.assertions?.status,
    acme,
    ...(setup.context.webPortsElsewhere && { anyPortOf: spec.host }),
    ...(jar !== undefined && { cookies: (to: URL) => jar.header(to) }),
  };
  const visited = new Set([visitOf(start, undefined)]);
  const first = await askHop(start, spec.address, undefined, setup);
  const hops = [first.facts];
  const followers = {
    context: setup.context,
    exchange: setup.exchange,
    left: setup.left,
    judge: setup.judge,
    jar,
  };

  let url = start;
  let { answer } = first;
  for (;;) {
    const stop = (stopped: Chain['stopped'], refusedRedirect?: Chain['refusedRedirect']): Chain => ({
      hops,
      jar,
      stopped,
      ...(refusedRedirect !== undefined && { refusedRedirect }),
      ...(answer !== undefined && { answer }),
      local: first.local,
    });
    if (answer === undefined || answer.outcome.status !== 'answered') return stop('error');
    const { statusCode = 0, rawHeaders } = answer;
    jar?.store(url, rawHeaders);
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
    visited.add(visitOf(url, jar?.header(url)));
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
 * va/http.go). The endpoint's own host stays on the address that is probed, except for HTTP-01: a certificate authority
 * looks it up again, and chooses IPv6.
 */
async function reach(url: URL, spec: ProbeSpec, setup: HopSetup): Promise<Reached> {
  const host = hostOf(url);
  const acme = spec.assertions?.acmePath === true;
  if (host === spec.host && !acme) {
    const hop = await askHop(url, spec.address, undefined, setup);
    return refusal(hop.facts) ?? { status: 'asked', hop };
  }
  const { clock } = setup.context;
  const begin = clock.monotonic();
  const dns = await within(setup.context.resolver.addresses(host, portOf(url)), setup.left());
  const dnsMs = clock.monotonic() - begin;
  const addresses = dns === undefined ? [] : candidates(dns, spec);
  // The probe was given an address: it is used where its name can't be looked up now.
  if (addresses.length === 0 && host === spec.host) addresses.push(spec.address);
  if (addresses.length === 0) {
    return { status: 'unresolvable', reason: dns === undefined ? 'TIMEOUT' : failureOf(dns) };
  }
  let reached: Reached | undefined;
  for (const address of addresses) {
    const hop = await askHop(url, address, dnsMs, setup);
    // What can't be tried from here must not hide how the other family's address failed.
    if (reached === undefined || !isUntried(hop.facts))
      reached = refusal(hop.facts) ?? { status: 'asked', hop };
    // HTTP-01 has no second try, but what a vantage without IPv6 can't try was none.
    if (hop.facts.connect.status === 'connected' || (acme && !isUntried(hop.facts))) break;
  }
  return reached ?? { status: 'unresolvable', reason: 'NODATA' };
}

/** Our own network refused, before any packet. */
const isUntried = ({ connect }: HttpHop): boolean => connect.status === 'unreachable' && connect.local;

function refusal({ connect, address }: HttpHop): Reached | undefined {
  return connect.status === 'refused-by-guard'
    ? { status: 'refused', reason: `${address} is ${connect.range}` }
    : undefined;
}

/**
 * One address of each family, the probe's own first. HTTP-01 has one chance: IPv6 where there is such an address, with
 * no second try with IPv4 for the target of a redirect (boulder va/http.go, newHTTPValidationTarget); IPv4 is for
 * vantages that have no IPv6.
 */
function candidates(dns: DnsResult, spec: ProbeSpec): string[] {
  const of = (family: Family) => dns.addresses.find((one) => one.family === family)?.address;
  const sixFirst = spec.assertions?.acmePath === true || spec.family === 6;
  return (sixFirst ? [of(6), of(4)] : [of(4), of(6)]).filter((one) => one !== undefined);
}

/** Response code of a look-up without an address, the more informative one first. */
function failureOf(dns: DnsResult): string {
  const codes = dns.answers.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ code }) => code);
  return codes.find((code) => code !== 'NOERROR' && code !== 'NODATA') ?? 'NODATA';
}

/** `undefined` when `ms` pass first. */
function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(deferredTimeout(resolve), ms, undefined);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
