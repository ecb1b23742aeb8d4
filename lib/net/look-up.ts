/** One look-up of a name's addresses: both families at the same time, and what else is needed to trust a denial or a failure. */
import { isIP } from 'node:net';
import type { DnsAnswer, DnsResult } from '../model/observed.ts';
import type { Family } from '../model/vocabulary.ts';
import { isDenial, isDnsAnswer, isSilence, nameCode } from './dns-codes.ts';
import { isUsableControl } from './dns-control.ts';
import type { DnsQuery, DnsReply } from './dns-query.ts';
import type { AskedServer } from './dns-servers.ts';
import { askZone, type ZoneSetup } from './zone-opinion.ts';

/** The most addresses of one name that are probed: a hostile zone can't make a run scan. */
export const MAX_ADDRESSES = 16;
/** Longest CNAME chain that is followed; common resolvers stop between 8 and 16. */
export const MAX_CNAMES = 10;

const ADDRESS_TYPES = ['A', 'AAAA'] as const;

export interface LookUp {
  readonly name: string;
  /** In the order in which they are asked; the third and later ones are there for those that can't be reached. */
  readonly servers: readonly [AskedServer, ...AskedServer[]];
  /** Did the user name the servers? */
  readonly chosen: boolean;
  /** The first server is itself what is checked: only it is asked. */
  readonly alone: boolean;
  /** For questions to a zone's own servers. Absent: they are not asked. */
  readonly zones?: ZoneSetup;
  /** Milliseconds that are left of the budget. */
  readonly left: () => number;
  /** Milliseconds for the first server. */
  readonly share: number;
}

/** Did any question of the look-up have no answer in its time? `TRUNCATED` counts: there the question by TCP failed. */
export const lookUpDependsOnTime = ({ answers, control, secondOpinion, secondControl }: DnsResult): boolean =>
  [...answers, control, secondOpinion, secondControl].some(
    (one) => one?.code === 'TIMEOUT' || one?.code === 'TRUNCATED',
  );

/** A name without faults takes two questions; only a denial or a failure leads to more. */
export async function lookUp(lookup: LookUp): Promise<DnsResult> {
  const { name, servers, share } = lookup;
  const [first] = servers;
  const answers = await askAddresses(first.query, name, ADDRESS_TYPES, share);
  const result: DnsResult = {
    name,
    servers: servers.map((server) => server.name),
    ...(lookup.chosen && { serversChosen: true }),
    answers,
    cnames: [],
    addresses: [],
  };
  const code = nameCode(answers.map((one) => one.code));
  if (code === 'BADNAME' || answers.some((one) => one.code === 'DEADLINE')) return result;
  if (code === 'NOERROR') {
    result.cnames = aliasesOf(answers);
    await askOtherFamily(result, lookup);
  } else {
    await askOtherServers(result, code, lookup);
  }
  result.addresses = boundedAddresses(answers);
  result.answers = answers.map(withoutAliases);
  return result;
}

/** An answer with the aliases on the way to it, which the result has in one place. */
type AnswerWithAliases = DnsAnswer & Pick<DnsReply, 'aliases'>;

async function askAddresses(
  query: DnsQuery,
  name: string,
  types: readonly string[],
  withinMs: number,
  more: Pick<DnsAnswer, 'name' | 'server'> = {},
): Promise<AnswerWithAliases[]> {
  return Promise.all(types.map(async (type) => answer(type, await query(name, type, withinMs), more)));
}

const aliasesOf = (answers: readonly AnswerWithAliases[], code = 'NOERROR'): string[] =>
  answers.find((one) => one.code === code && one.aliases !== undefined && one.aliases.length > 0)?.aliases ??
  [];

const withoutAliases = ({ aliases: _, ...one }: AnswerWithAliases): DnsAnswer => one;

/** One family has addresses. Where the other's question failed, or the answer was "no such name", a second server is asked. */
async function askOtherFamily(result: DnsResult, lookup: LookUp): Promise<void> {
  const { answers, name } = result;
  const odd = answers.filter(({ code }) => code !== 'NOERROR' && code !== 'NODATA');
  const [first, second] = lookup.servers;
  if (odd.length === 0 || lookup.alone) return;
  const types = odd.map(({ type }) => type);
  const [again, control] = await Promise.all([
    second === undefined
      ? []
      : askAddresses(second.query, name, types, lookup.left(), { server: second.name }),
    odd.some(({ code }) => !isDnsAnswer(code)) ? first.control(lookup.left()) : undefined,
  ]);
  if (control !== undefined) result.control = control;
  if (second === undefined) return;
  answers.push(...again);
  result.secondOpinion = { server: second.name, code: nameCode(again.map(({ code }) => code)) };
}

/** No address. Which server says so, and can it be trusted? */
async function askOtherServers(result: DnsResult, code: string, lookup: LookUp): Promise<void> {
  const { left } = lookup;
  const [first, second] = lookup.servers;
  const chain = isSilence(code) ? [] : followChain(result, first.query, left);
  if (lookup.alone) {
    result.answers.push(...(await chain));
    return;
  }
  const [own, control, again, secondControl] = await Promise.all([
    chain,
    first.control(left()),
    second === undefined
      ? []
      : askAddresses(second.query, result.name, ADDRESS_TYPES, left(), { server: second.name }),
    second?.control(left()),
  ]);
  // The aliases in the address's own answer count where the question for the alias itself had no result.
  if (result.cnames.length === 0) result.cnames = aliasesOf(result.answers, code).slice(0, MAX_CNAMES);
  result.answers.push(...own, ...again);
  result.control = control;
  if (second !== undefined && secondControl !== undefined) {
    result.secondOpinion = { server: second.name, code: nameCode(again.map((one) => one.code)) };
    result.secondControl = secondControl;
    if (again.some((one) => one.code === 'NOERROR')) result.cnames = aliasesOf(again);
    else if (!isDnsAnswer(code)) {
      result.cnames = [];
      const theirs = await followChain(result, second.query, left, second.name);
      result.answers.push(...theirs);
    }
  }
  const { zones } = lookup;
  if (zones !== undefined && needsZone(result, code, lookup.chosen))
    await addZoneOpinion(result, first.query, zones, left);
}

async function addZoneOpinion(
  result: DnsResult,
  ask: DnsQuery,
  zones: NonNullable<LookUp['zones']>,
  left: () => number,
): Promise<void> {
  const opinion = await askZone(result, ask, zones, left);
  if (opinion !== undefined) result.zoneOpinion = opinion;
}

/** A denial by a fit server that no second one confirms. A single server that the user chose needs no confirmation. */
function needsZone(result: DnsResult, code: string, chosen: boolean): boolean {
  const { control, secondOpinion, secondControl } = result;
  if (!isDenial(code) || control === undefined || !isUsableControl(control)) return false;
  if (secondOpinion === undefined) return !chosen;
  const secondIsUsable = secondControl !== undefined && isUsableControl(secondControl);
  return !(secondIsUsable && isDenial(secondOpinion.code)) && secondOpinion.code !== 'NOERROR';
}

/**
 * Follows the CNAMEs one by one, as only that distinguishes a name without records from an alias whose target no longer exists: the
 * response code of a chain is that of its last name (RFC 6604 §3). A loop ends with the repeated name in the list.
 */
async function followChain(
  result: DnsResult,
  ask: DnsQuery,
  left: () => number,
  server?: string,
): Promise<AnswerWithAliases[]> {
  const { cnames } = result;
  const from = server === undefined ? {} : { server };
  const received: AnswerWithAliases[] = [answer('CNAME', await ask(result.name, 'CNAME', left()), from)];
  const seen = new Set([result.name]);
  for (let target = aliasIn(received); target !== undefined; target = aliasIn(received)) {
    cnames.push(target);
    if (seen.has(target) || cnames.length >= MAX_CNAMES || left() <= 0) return received;
    seen.add(target);
    received.push(answer('CNAME', await ask(target, 'CNAME', left()), { ...from, name: target }));
  }
  const last = cnames.at(-1);
  // An authoritative server gives the alias alone; the address is then asked for at the end of the chain.
  if (last !== undefined && left() > 0)
    received.push(...(await askAddresses(ask, last, ADDRESS_TYPES, left(), { ...from, name: last })));
  return received;
}

/** The target in the last answer. */
function aliasIn(received: readonly AnswerWithAliases[]): string | undefined {
  const last = received.at(-1);
  return last?.code === 'NOERROR' ? last.records[0]?.toLowerCase() : undefined;
}

function answer(type: string, reply: DnsReply, more: Pick<DnsAnswer, 'name' | 'server'>): AnswerWithAliases {
  const { local: _, ...said } = reply;
  return { type, ...said, ...more };
}

/** At most `MAX_ADDRESSES`, each once; neither family takes all places. */
function boundedAddresses(answers: readonly DnsAnswer[]): DnsResult['addresses'] {
  const of = (type: string): string[] => [
    ...new Set(answers.filter((one) => one.type === type).flatMap((one) => one.records)),
  ];
  const all4 = of('A');
  const six = of('AAAA').slice(0, Math.max(MAX_ADDRESSES / 2, MAX_ADDRESSES - all4.length));
  const four = all4.slice(0, MAX_ADDRESSES - six.length);
  return [...four, ...six].map(withFamily);
}

export function withFamily(address: string): { address: string; family: Family } {
  return { address, family: isIP(address) === 6 ? 6 : 4 };
}
