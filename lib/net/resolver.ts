import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { DnsResult } from '../model/observed.ts';
import type { ResolvePin } from '../model/request.ts';
import type { Family } from '../model/vocabulary.ts';
import { isDenial, isDnsAnswer } from './dns-codes.ts';
import { isUsableControl } from './dns-control.ts';
import type { DnsReply } from './dns-query.ts';
import { DNS_PORT } from './dns-server.ts';
import { type AskedServer, createDnsServers } from './dns-servers.ts';
import type { Validated } from './dnssec/validated.ts';
import type { Validator } from './dnssec/validator.ts';
import { timely } from './lag.ts';
import { lookUp, lookUpDependsOnTime, withFamily } from './look-up.ts';
import type { AddressGuard, Clock, Resolver } from './network-access.ts';

/** How long an answer with addresses is used for further endpoints of the same host, ms. */
const REUSE_MS = 5_000;
const MAX_REUSED = 1_000;
/** Servers by which one question is validated. */
const MAX_VALIDATING = 2;

export interface ResolverSetup {
  /** `address`, `address:port` or `[v6]:port`; empty: the system's servers. */
  readonly servers: readonly string[];
  readonly pins: readonly ResolvePin[];
  /** Budget of one look-up, ms, including a second server and a chain of CNAMEs. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly deadline?: AbortSignal;
  /**
   * Checks addresses before questions to a zone's own servers, which confirm what only one resolver denies. Absent: they are
   * not asked.
   */
  readonly guard?: AddressGuard;
  /** Of the vantage: by which a zone's own servers are asked. Default: both. */
  readonly families?: readonly Family[];
  /** The server is itself what is checked: only it is asked, and it needs to know only its own names. */
  readonly alone?: boolean;
  /** In place of the system's own list. */
  readonly systemServers?: readonly string[];
  /** Port of the zones' own servers. Default 53. */
  readonly zonePort?: number;
  /** DS records to believe in place of those of the root (`anchors.ts`). Empty or absent: the root's. */
  readonly dnssecAnchors?: readonly string[];
}

/**
 * DNS as the internet sees it, by questions of our own: the system's look-up gives one and the same error for
 * NXDOMAIN, SERVFAIL and timeouts. The hosts file is not read either, as an entry there hides what others see;
 * only `localhost` is known without a question (RFC 6761 §6.3), and --resolve says on purpose what a hosts file would
 * say by accident.
 */
export function createResolver(setup: ResolverSetup): Resolver {
  const { clock, timeoutMs, guard } = setup;
  const ofVantage = setup.families && { families: setup.families };
  const deadline = setup.deadline ?? new AbortController().signal;
  const chosen = setup.servers.length > 0;
  const names = chosen ? setup.servers : (setup.systemServers ?? getServers());
  const servers = createDnsServers(names, { clock, deadline });
  const known = new Map<string, { readonly result: Promise<DnsResult>; until: number }>();

  /** Asks the next server as long as there is one and nothing could be sent to the ones before it. */
  async function reached<T>(ask: (usable: readonly AskedServer[]) => Promise<T>): Promise<T> {
    const before = servers.unreachable().length;
    const answer = await ask(servers.usable());
    const lost = servers.unreachable().length;
    return lost > before && lost < names.length ? reached(ask) : answer;
  }

  const ask: Resolver['ask'] = (name, type) =>
    reached(async ([first, second]) => {
      if (first === undefined) return { code: 'TIMEOUT', records: [], ms: 0 };
      const reply = await first.query(name, type, firstShare(timeoutMs, second));
      const left = () => timeoutMs - reply.ms;
      if (isDenial(reply.code) && setup.alone !== true) {
        return denied(reply, first, second && { server: second, name, type }, left());
      }
      if (isDnsAnswer(reply.code) || second === undefined) return replyOf(reply);
      const again = await second.query(name, type, left());
      return isDenial(again.code) ? denied(again, second, undefined, left()) : replyOf(again);
    });

  const find = (name: string): Promise<DnsResult> =>
    reached(async ([first, ...others]) => {
      if (first === undefined) return { name, servers: [], answers: [], cnames: [], addresses: [] };
      const end = clock.monotonic() + timeoutMs;
      const result = await lookUp({
        name,
        servers: [first, ...others],
        chosen,
        alone: setup.alone === true,
        ...(guard && { zones: { guard, clock, deadline, port: setup.zonePort ?? DNS_PORT, ...ofVantage } }),
        left: () => end - clock.monotonic(),
        share: firstShare(timeoutMs, others[0]),
      });
      const unreachable = servers.unreachable();
      return unreachable.length > 0 ? { ...result, unreachable } : result;
    });

  async function addresses(host: string, port?: number): Promise<DnsResult> {
    const given = givenAddresses(host, port, setup.pins);
    if (given !== undefined) return givenResult(host, given);
    const name = host.toLowerCase();
    const now = clock.monotonic();
    const before = known.get(name);
    if (before !== undefined && now < before.until) return before.result;

    const result = timely(() => find(name), {
      budgetMs: timeoutMs,
      restsOnTime: lookUpDependsOnTime,
      deadline,
    }).then(({ outcome, late }) => (late === undefined ? outcome : { ...outcome, late }));
    // Calls that arrive while it is running share its result.
    const entry = { result, until: Number.POSITIVE_INFINITY };
    if (known.size >= MAX_REUSED) known.clear();
    known.set(name, entry);
    const found = (await result).addresses.length > 0;
    // A failure is not kept: confirming it asks again.
    entry.until = found ? clock.monotonic() + REUSE_MS : 0;
    return result;
  }

  /** One a server, as each may see other zones. Loaded when it is first needed: most runs validate nothing. */
  const validators = new Map<string, Promise<Validator>>();
  const validatorOf = ({ name, query }: AskedServer): Promise<Validator> => {
    const made =
      validators.get(name) ??
      import('./dnssec/validator.ts').then(({ createValidator }) =>
        createValidator({
          query,
          anchors: setup.dnssecAnchors ?? [],
          now: clock.now,
          questionMs: timeoutMs / 2,
        }),
      );
    validators.set(name, made);
    return made;
  };
  /** A second server is asked where the first leaves it open. */
  const validate: Resolver['validate'] = async (name, type) => {
    let last: Validated | undefined;
    for (const server of servers.usable().slice(0, MAX_VALIDATING)) {
      last = await (await validatorOf(server)).validate(name, type);
      if (last.status !== 'indeterminate') break;
    }
    return last ?? { status: 'indeterminate', code: 'TIMEOUT', records: [], aliases: [] };
  };

  return { servers: names, addresses, ask, validate };
}

/**
 * A denial counts when its server passes the controls. A second server is asked too: what it finds is there, whatever the first
 * denies, and its own denial counts in place of that of a server that fails the controls.
 */
async function denied(
  reply: DnsReply,
  first: AskedServer,
  second: { readonly server: AskedServer; readonly name: string; readonly type: string } | undefined,
  withinMs: number,
): ReturnType<Resolver['ask']> {
  const [control, again, secondControl] = await Promise.all([
    first.control(withinMs),
    second?.server.query(second.name, second.type, withinMs),
    second?.server.control(withinMs),
  ]);
  if (again?.code === 'NOERROR') return replyOf(again);
  if (isUsableControl(control)) return replyOf(reply);
  const secondIsUsable = again !== undefined && isDenial(again.code);
  if (secondIsUsable && secondControl !== undefined && isUsableControl(secondControl)) return replyOf(again);
  return { ...replyOf(reply), doubted: true };
}

/** The part of a reply that is evidence; where an alias led is only in the records at its end. */
const replyOf = ({ aliases: _, local: __, ...said }: DnsReply): Omit<DnsReply, 'aliases' | 'local'> => said;

/** What the first server gets of the budget; the rest is for the second, or for asking whether the first is alive. */
function firstShare(budgetMs: number, second: AskedServer | undefined): number {
  return second === undefined ? budgetMs * 0.6 : budgetMs / 2;
}

/** Addresses that need no question: --resolve pins for this host and port, which may be a literal itself; a literal, or localhost. */
function givenAddresses(
  host: string,
  port: number | undefined,
  pins: readonly ResolvePin[],
): readonly string[] | undefined {
  const name = host.toLowerCase();
  const pinned = pins.filter(
    (pin) => pin.host.toLowerCase() === name && (port === undefined || pin.port === port),
  );
  if (pinned.length > 0) return [...new Set(pinned.map((pin) => pin.address))];
  if (isIP(host) !== 0) return [host];
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
