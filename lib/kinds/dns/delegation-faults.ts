/** What the answers of a zone's name servers prove. Pure. */
import type { Delegation, ServerAddress, ServerWord, ZoneServer } from '../../model/delegation.ts';
import type { Fault } from '../../model/finding.ts';
import type { Family } from '../../model/vocabulary.ts';
import { isDenial, isDnsAnswer, isSilence } from '../../net/dns-codes.ts';
import { fault } from '../contract/fault.ts';
import { losesEdns, lostBytes, type ServerState, servesZone, stateOf } from './delegation/server-state.ts';
import { delegationSentence as say } from './delegation-messages.ts';

/** Servers that are named in one sentence. */
const MOST_NAMED = 6;

/** One address of a server. */
interface AskedAddress {
  readonly server: ZoneServer;
  readonly at: ServerAddress;
  readonly state: ServerState;
}

/**
 * @param lookUpFailed the resolvers found no address either
 * @returns most of them warnings: a client gets its answer as long as one server serves the zone
 */
export function delegationFaults(delegation: Delegation, lookUpFailed: boolean): Fault[] {
  const seen = delegation.servers.flatMap((server) =>
    server.addresses.map((at): AskedAddress => ({ server, at, state: stateOf(at) })),
  );
  return [
    ...brokenServers(delegation, seen, lookUpFailed),
    ...staleGlue(delegation),
    ...otherServers(delegation),
    ...withoutTcp(delegation, seen),
    ...lostQuestions(delegation, seen),
    ...deniedTypes(delegation, seen),
    ...differentAnswers(delegation, seen),
    ...aboutZone(delegation),
  ];
}

/** Is it proven that a question and its answer get through from here in this way? */
function isControlled({ servers, controls }: Delegation, family: Family, over: 'udp' | 'tcp'): boolean {
  const answered = servers.some(({ addresses }) =>
    addresses.some(
      (at) =>
        at.family === family &&
        (over === 'udp' ? [at.udp, at.plain] : [at.tcp]).some((word) => word?.aa !== undefined),
    ),
  );
  return (
    answered ||
    controls.some(
      (one) => one.family === family && one.over === over && !isSilence(one.code) && isSaid(one.code),
    )
  );
}

/** Not one of our own limits. */
const isSaid = (code: string): boolean =>
  code !== 'DEADLINE' && code !== 'NO-ROUTE' && code !== 'REFUSED-BY-GUARD';

const isDead = (delegation: Delegation, { at, state }: AskedAddress): boolean =>
  state === 'silent' && delegation.late !== true && isControlled(delegation, at.family, 'udp');

/** The glue of a server that has other addresses by the zone's own word. */
const isStale = ({ server, at }: AskedAddress): boolean =>
  at.from === 'glue' && (server.inZone ?? []).length > 0 && server.inZone?.includes(at.address) === false;

function brokenServers(
  delegation: Delegation,
  seen: readonly AskedAddress[],
  lookUpFailed: boolean,
): Fault[] {
  const { zone, parent, servers, controls } = delegation;
  const dead = seen.filter((one) => isDead(delegation, one) && !isStale(one)).map(seenText);
  const lame = seen.filter((one) => one.state === 'lame' && !isStale(one)).map(seenText);
  const hollow = servers.filter(isHollow).map(hollowText);
  const nothing = [...dead, ...hollow];
  const serving = seen.filter(({ state }) => state === 'serves');
  const unsure =
    seen.some((one) => isUnsure(delegation, one)) ||
    servers.some(({ noAddress }) => noAddress !== undefined && !isDenial(noAddress));
  // Addresses of a family that this vantage does not have may answer others, unless the resolvers have no answer either.
  const unasked = seen.some(({ at }) => at.notAsked === 'family');
  const isAll = serving.length === 0 && servers.length > 0 && !unsure && (lookUpFailed || !unasked);
  if (!isAll && serving.length === 0) return [];
  const others = list([...new Set(serving.map(({ server }) => server.name))]);
  const above = controls.find(({ code }) => !isSilence(code))?.server ?? parent?.server ?? 'the zone above';
  const faults: Fault[] = [];
  if (nothing.length > 0)
    faults.push(
      isAll
        ? fault('dns.server-dead', say.allDead({ zone, servers: list(nothing), above }), {
            severity: 'fail',
          })
        : fault('dns.server-dead', say.someDead({ zone, servers: list(nothing), others })),
    );
  if (lame.length > 0)
    faults.push(
      isAll
        ? fault('dns.lame', say.allLame({ zone, parent: parent?.zone ?? zone, servers: list(lame) }))
        : fault('dns.lame', say.someLame({ zone, servers: list(lame), others }), { severity: 'warn' }),
    );
  return faults;
}

/** Nothing came, and that proves nothing. */
const isUnsure = (delegation: Delegation, one: AskedAddress): boolean =>
  (one.state === 'unknown' && one.at.notAsked === undefined) ||
  (one.state === 'silent' && !isDead(delegation, one));

/** A server to which no question can be sent: its name has no address, or none that is reachable over the internet. */
const isHollow = ({ noAddress, addresses }: ZoneServer): boolean =>
  (noAddress !== undefined && isDenial(noAddress)) ||
  (addresses.length > 0 && addresses.every(({ refused }) => refused !== undefined));

const hollowText = ({ name, noAddress, addresses }: ZoneServer): string =>
  noAddress === undefined
    ? `${name} (${addresses.map(({ address, refused }) => `${address}: not asked, ${refused}`).join(', ')})`
    : `${name} (no address: ${noAddress})`;

const seenText = ({ server, at }: AskedAddress): string => `${server.name} (${at.address}: ${wordText(at)})`;

/** What a server says about the zone's SOA, as short as it can be told. */
function wordText({ udp, plain, tcp }: ServerAddress): string {
  const word = plain?.aa === undefined ? udp : plain;
  if (word === undefined) return 'not asked';
  if (word.aa === undefined && tcp !== undefined && servesZone(tcp))
    return `${word.code} by UDP, answers by TCP`;
  if (word.refersTo !== undefined) return `${word.code} to ${word.refersTo}`;
  return word.code === 'NOERROR' && word.aa === false ? 'NOERROR without AA' : word.code;
}

function staleGlue({ servers, parent }: Delegation): Fault[] {
  return servers.flatMap((server) => {
    const glue = server.addresses.filter(({ from }) => from === 'glue').map(({ address }) => address);
    const own = server.inZone ?? [];
    const isWrong = own.length > 0 && glue.some((address) => !own.includes(address));
    if (!isWrong || parent === undefined) return [];
    const said = { parent: parent.zone, server: server.name, glue: list(glue), own: list(own) };
    return [fault('dns.glue-stale', say.glueStale(said))];
  });
}

function otherServers({ zone, parent, servers }: Delegation): Fault[] {
  const known = servers.filter(({ atParent, atZone }) => atParent !== undefined && atZone !== undefined);
  const atParent = known.filter((one) => one.atParent).map(({ name }) => name);
  const atZone = known.filter((one) => one.atZone).map(({ name }) => name);
  const isSame = known.every((one) => one.atParent === one.atZone);
  if (parent === undefined || isSame || atParent.length === 0 || atZone.length === 0) return [];
  const said = { parent: parent.zone, zone, atParent: list(atParent), atZone: list(atZone) };
  const isApart = !atParent.some((name) => atZone.includes(name));
  return [
    isApart
      ? fault('dns.ns-mismatch', say.nsApart(said), { severity: 'warn' })
      : fault('dns.ns-mismatch', say.nsDiffer(said)),
  ];
}

function withoutTcp(delegation: Delegation, seen: readonly AskedAddress[]): Fault[] {
  const missing = seen.filter(
    ({ at, state }) =>
      state === 'serves' &&
      at.tcp !== undefined &&
      isSilence(at.tcp.code) &&
      // A refusal comes from the other end; silence may be our own network's.
      (at.tcp.code === 'ECONNREFUSED' ||
        (delegation.late !== true && isControlled(delegation, at.family, 'tcp'))),
  );
  if (missing.length === 0) return [];
  const servers = list(missing.map(({ server, at }) => `${server.name} (${at.address}: ${at.tcp?.code})`));
  return [fault('dns.tcp-missing', say.tcpMissing({ zone: delegation.zone, servers }))];
}

function lostQuestions({ zone, late }: Delegation, seen: readonly AskedAddress[]): Fault[] {
  if (late === true) return [];
  const serving = seen.filter(({ state }) => state === 'serves');
  const deaf = serving.filter(({ at }) => losesEdns(at));
  const cut = serving.filter(({ at }) => lostBytes(at) !== undefined);
  const faults: Fault[] = [];
  if (deaf.length > 0) {
    const servers = list(deaf.map(placeText));
    faults.push(
      deaf.length === serving.length
        ? fault('dns.edns-black-hole', say.allLoseEdns({ zone, servers }), { severity: 'fail' })
        : fault('dns.edns-black-hole', say.losesEdns({ zone, servers })),
    );
  }
  if (cut.length > 0) {
    const servers = list(cut.map((one) => `${placeText(one)}: ${lostBytes(one.at)} bytes`));
    faults.push(fault('dns.edns-black-hole', say.losesLong({ zone, servers })));
  }
  return faults.slice(0, 1);
}

const placeText = ({ server, at }: AskedAddress): string => `${server.name} (${at.address})`;

/** RFC 8020: NXDOMAIN for one type says that no other exists either. */
function deniedTypes({ zone, name }: Delegation, seen: readonly AskedAddress[]): Fault[] {
  const of = (denied: 'a' | 'aaaa', other: 'a' | 'aaaa'): Fault[] => {
    const wrong = seen.filter(({ at }) => at[denied]?.code === 'NXDOMAIN' && at[other]?.code === 'NOERROR');
    const [first] = wrong;
    if (first === undefined) return [];
    const said = {
      ...{ zone, name, type: denied.toUpperCase(), other: other.toUpperCase() },
      addresses: answerText(first.at[other]),
      servers: list(wrong.map(placeText)),
    };
    return [fault('dns.nxdomain-beside-address', say.denied(said))];
  };
  return [...of('aaaa', 'a'), ...of('a', 'aaaa')].slice(0, 1);
}

function differentAnswers({ zone, name }: Delegation, seen: readonly AskedAddress[]): Fault[] {
  const serving = seen.filter(({ state }) => state === 'serves');
  const faults: Fault[] = [];
  const serials = new Map(
    serving.flatMap(({ at, server }) => (at.serial === undefined ? [] : [[at.serial, server.name]])),
  );
  if (serials.size > 1)
    faults.push(
      fault(
        'dns.serials-differ',
        say.serialsDiffer({
          zone,
          serials: list([...serials].map(([serial, server]) => `${serial} (${server})`)),
        }),
      ),
    );
  const asked = serving.filter(({ at }) =>
    [at.a, at.aaaa].every((word) => word !== undefined && isDnsAnswer(word.code)),
  );
  const answers = new Map(asked.map((one) => [bothText(one.at), one]));
  if (answers.size > 1) {
    const said = {
      zone,
      name,
      answers: list([...answers].map(([text, one]) => `${one.server.name}: ${text}`)),
    };
    const has = asked.map(({ at }) => at.a?.code === 'NOERROR' || at.aaaa?.code === 'NOERROR');
    faults.push(
      has.includes(true) && has.includes(false)
        ? fault('dns.answers-differ', say.denies(said), { severity: 'warn' })
        : fault('dns.answers-differ', say.answersDiffer(said)),
    );
  }
  return faults;
}

const bothText = ({ a, aaaa }: ServerAddress): string =>
  a?.alias === undefined ? `A ${answerText(a)}, AAAA ${answerText(aaaa)}` : `CNAME ${a.alias}`;

const answerText = (word: ServerWord | undefined): string =>
  word?.alias ?? (word?.records === undefined ? (word?.code ?? '?') : [...word.records].sort().join(' '));

function aboutZone({ zone, apexAlias, wildcard }: Delegation): Fault[] {
  return [
    ...(apexAlias === undefined
      ? []
      : [fault('dns.cname-at-apex', say.apexAlias({ zone, target: apexAlias }))]),
    ...(wildcard === undefined
      ? []
      : [fault('dns.wildcard', say.wildcard({ zone, addresses: list(wildcard) }))]),
  ];
}

const list = (all: readonly string[]): string =>
  all.length <= MOST_NAMED ? all.join(', ') : `${all.slice(0, MOST_NAMED).join(', ')}, … (${all.length})`;
