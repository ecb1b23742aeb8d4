import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { DnsAnswer, DnsResult } from '../model/observation.ts';
import type { ResolvePin } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import type { Clock, Resolver } from '../probe/probe.ts';
import { isDnsAnswer } from './dns-codes.ts';
import { createDnsQuery, type DnsQuery, type DnsReply } from './dns-query.ts';

/** Addresses of one name that are probed at most: a hostile zone can't make a run scan. */
export const MAX_ADDRESSES = 16;
/** Longest CNAME chain that is followed; common resolvers stop between 8 and 16. */
export const MAX_CNAMES = 10;
/** How long an answer with addresses serves further endpoints of the same host, ms. */
const REUSE_MS = 5_000;
const MAX_REUSED = 1_000;

export interface ResolverSetup {
  /** `address`, `address:port` or `[v6]:port`; empty: the system's servers. */
  readonly servers: readonly string[];
  readonly pins: readonly ResolvePin[];
  /** Budget of one look-up, ms: with a second server and a chain of CNAMEs as well. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly deadline?: AbortSignal;
}

/**
 * DNS as the internet sees it. `dns.lookup` is not used: it folds NXDOMAIN, SERVFAIL and timeouts into one error. The
 * hosts file is not read either, as an entry there hides what others see; `localhost` alone is known without a
 * question (RFC 6761 §6.3), and --resolve says on purpose what a hosts file would say by accident.
 */
export function createResolver(setup: ResolverSetup): Resolver {
  const { clock, timeoutMs, deadline } = setup;
  const servers = setup.servers.length > 0 ? [...setup.servers] : getServers();
  const queries = new Map<string, DnsQuery>();
  const known = new Map<string, { readonly result: Promise<DnsResult>; until: number }>();

  /** Channels are made when first needed: a run on IP literals opens none. */
  function query(server: string): DnsQuery {
    const existing = queries.get(server);
    if (existing !== undefined) return existing;
    const made = createDnsQuery(server, firstShare(timeoutMs, servers), clock, deadline);
    queries.set(server, made);
    return made;
  }

  async function ask(name: string, type: string): Promise<DnsReply> {
    const [first, second] = servers;
    if (first === undefined) return { code: 'TIMEOUT', records: [], ms: 0 };
    const reply = await query(first)(name, type, firstShare(timeoutMs, servers));
    if (isDnsAnswer(reply.code) || second === undefined) return reply;
    return query(second)(name, type, timeoutMs - reply.ms);
  }

  async function addresses(host: string, port?: number): Promise<DnsResult> {
    const given = givenAddresses(host, port, setup.pins);
    if (given !== undefined) return givenResult(host, given);
    const name = host.toLowerCase();
    const now = clock.monotonic();
    const before = known.get(name);
    if (before !== undefined && now < before.until) return before.result;

    const result = lookUp(name, servers, query, clock, timeoutMs);
    // Callers that come while it is under way share it.
    const entry = { result, until: Number.POSITIVE_INFINITY };
    if (known.size >= MAX_REUSED) known.clear();
    known.set(name, entry);
    const found = (await result).addresses.length > 0;
    // A failure is asked again when it is confirmed.
    entry.until = found ? clock.monotonic() + REUSE_MS : 0;
    return result;
  }

  return { servers, addresses, ask };
}

/** What the first server gets of the budget; the rest is for the second, or for asking whether the first is alive. */
function firstShare(budgetMs: number, servers: readonly string[]): number {
  return servers.length > 1 ? budgetMs / 2 : budgetMs * 0.8;
}

async function lookUp(
  name: string,
  servers: readonly string[],
  query: (server: string) => DnsQuery,
  clock: Clock,
  budgetMs: number,
): Promise<DnsResult> {
  const start = clock.monotonic();
  const [first, second] = servers;
  if (first === undefined) return { name, servers: [], answers: [], cnames: [], addresses: [] };

  const left = (): number => budgetMs - (clock.monotonic() - start);
  const share = firstShare(budgetMs, servers);
  const answers = await Promise.all(
    ['A', 'AAAA', 'CNAME'].map(async (type) => answer(type, await query(first)(name, type, share))),
  );
  const result: DnsResult = { name, servers: [...servers], answers, cnames: [], addresses: [] };

  let server = first;
  const unanswered = answers.filter((one) => one.type !== 'CNAME' && !isDnsAnswer(one.code));
  if (unanswered.length > 0 && unanswered.every((one) => one.code !== 'DEADLINE')) {
    const types = [...unanswered.map((one) => one.type), 'CNAME'];
    const silent = unanswered.some((one) => one.code === 'TIMEOUT');
    const [again, control] = await Promise.all([
      second === undefined
        ? []
        : Promise.all(types.map(async (type) => answer(type, await query(second)(name, type, left())))),
      // Every resolver knows the root. One that is silent even on that is out of reach, whatever the name.
      silent ? query(first)('.', 'NS', left()) : undefined,
    ]);
    if (control !== undefined) result.control = { server: first, code: control.code };
    if (second !== undefined) {
      answers.push(...again.map((one) => ({ ...one, server: second })));
      result.secondOpinion = { server: second, code: opinion(again) };
      server = second;
    }
  }

  await followChain(result, query(server), left);
  result.addresses = boundedAddresses(answers);
  return result;
}

/** The second server's word in one code: an address from it outweighs the other family's failure. */
function opinion(answers: readonly DnsAnswer[]): string {
  const asked = answers.filter((one) => one.type !== 'CNAME');
  return (asked.find((one) => one.code === 'NOERROR') ?? asked[0])?.code ?? 'TIMEOUT';
}

/**
 * Follows the CNAMEs one by one, as only that tells a name without records from an alias whose target is gone: the
 * response code of a chain is that of its last name (RFC 6604 §3). A loop ends with the repeated name in the list.
 */
async function followChain(result: DnsResult, ask: DnsQuery, left: () => number): Promise<void> {
  const { answers, cnames } = result;
  const seen = new Set([result.name]);
  let target = answers.find((one) => one.type === 'CNAME' && one.code === 'NOERROR')?.records[0];
  while (target !== undefined) {
    target = target.toLowerCase();
    cnames.push(target);
    if (seen.has(target) || cnames.length >= MAX_CNAMES || left() <= 0) return;
    seen.add(target);
    const hop = answer('CNAME', await ask(target, 'CNAME', left()), target);
    answers.push(hop);
    target = hop.code === 'NOERROR' ? hop.records[0] : undefined;
  }
  const last = cnames.at(-1);
  // An authoritative server gives the alias alone; the address is then asked for at the end of the chain.
  if (
    last === undefined ||
    left() <= 0 ||
    answers.some((one) => isAddressType(one.type) && one.code === 'NOERROR')
  )
    return;
  answers.push(
    ...(await Promise.all(
      ['A', 'AAAA'].map(async (type) => answer(type, await ask(last, type, left()), last)),
    )),
  );
}

function answer(type: string, reply: DnsReply, name?: string): DnsAnswer {
  return { type, ...reply, ...(name === undefined ? {} : { name }) };
}

function isAddressType(type: string): boolean {
  return type === 'A' || type === 'AAAA';
}

/** At most `MAX_ADDRESSES`, each once; neither family pushes the other out. */
function boundedAddresses(answers: readonly DnsAnswer[]): DnsResult['addresses'] {
  const of = (type: string): string[] => [
    ...new Set(answers.filter((one) => one.type === type).flatMap((one) => one.records)),
  ];
  const all4 = of('A');
  const six = of('AAAA').slice(0, Math.max(MAX_ADDRESSES / 2, MAX_ADDRESSES - all4.length));
  const four = all4.slice(0, MAX_ADDRESSES - six.length);
  return [...four, ...six].map(withFamily);
}

/** Addresses that need no question: a literal, --resolve pins for this host and port, or localhost. */
function givenAddresses(
  host: string,
  port: number | undefined,
  pins: readonly ResolvePin[],
): readonly string[] | undefined {
  if (isIP(host) !== 0) return [host];
  const name = host.toLowerCase();
  const pinned = pins.filter(
    (pin) => pin.host.toLowerCase() === name && (port === undefined || pin.port === port),
  );
  if (pinned.length > 0) return [...new Set(pinned.map((pin) => pin.address))];
  if (name === 'localhost' || name.endsWith('.localhost')) return loopbackAddresses();
  return undefined;
}

/** RFC 6761 §6.3: localhost is this machine; ::1 only if the machine has it. */
function loopbackAddresses(): readonly string[] {
  const has6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === '::1'));
  return has6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
}

function givenResult(name: string, addresses: readonly string[]): DnsResult {
  return { name, servers: [], answers: [], cnames: [], addresses: addresses.map(withFamily), given: true };
}

function withFamily(address: string): { address: string; family: Family } {
  return { address, family: isIP(address) === 6 ? 6 : 4 };
}
