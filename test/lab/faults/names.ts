/** Faults of the DNS: by dnsmasq where it can make them, by a scripted server behind it where it can't. */
import { type Answer, decode, encode, type Packet } from 'dns-packet';
import { DEAD_ADDRESS, RESOLVERS } from '../address-plan.ts';
import type { Place, Site } from '../case.ts';
import type { Lab } from '../topology.ts';

/** The scripted server's port at the first resolver's address. */
export const SCRIPTED_PORT = 5300;
/** The scripted server itself, without a cache before it. */
export const SCRIPTED_RESOLVER = `${RESOLVERS[0]}:${SCRIPTED_PORT}`;
/** Gives SERVFAIL to every question. */
export const FAILING_RESOLVER = `${RESOLVERS[0]}:5301`;

/** Gives NXDOMAIN to every question, as a closed network does. */
export const DENYING_RESOLVER = `${RESOLVERS[0]}:5302`;
/** Refers every question to the servers of `test`, as one that does not hold the zone does. */
export const REFERRING_SERVER = `${RESOLVERS[0]}:5303`;

const RCODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const ANSWER_FLAGS = 0x0400 | 0x0100 | 0x0080;

/** What the scripted server says to a question; types that are not listed get an empty answer (NODATA). */
export interface ScriptedName {
  readonly rcode?: keyof typeof RCODES;
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  /** Types that get SERVFAIL. */
  readonly failing?: readonly string[];
  /** Types that get NXDOMAIN. */
  readonly denied?: readonly string[];
  /** NS records in the authority section, without AA: a referral. */
  readonly refersTo?: string;
  /** Rebinding: what each client is answered from its second question of a type on. */
  readonly later?: Readonly<Record<string, readonly Answer[]>>;
}
type Script = (place: Place) => Readonly<Record<string, ScriptedName>>;

const scripts = new Map<string, ScriptedName>();

/** Names that dnsmasq asks the scripted server for. */
export const scriptedNames = (made: string, script: Script): Site => ({
  made,
  dns: (place) => ({
    lines: Object.keys(script(place)).map((name) => `server=/${name}/${RESOLVERS[0]}#${SCRIPTED_PORT}`),
  }),
  prepare: (place) => {
    for (const [name, entry] of Object.entries(script(place))) scripts.set(name, entry);
  },
});

/**
 * The rest of the world's DNS, upstream of dnsmasq: the scripted names, what every resolver of the internet knows (the
 * root, `com`, and that a new name below it does not exist), and REFUSED for everything else.
 */
export async function serveScriptedNames({ dns }: Pick<Lab, 'dns'>): Promise<void> {
  const asked = new Set<string>();
  await respond(dns, SCRIPTED_PORT, (name, type, asker) => {
    if (name === '' || name === '.')
      return { answers: { NS: [{ type: 'NS', name: '.', ttl: 60, data: 'a.root-servers.net' }] } };
    if (name === 'com')
      return { answers: { NS: [{ type: 'NS', name, ttl: 60, data: 'a.gtld-servers.net' }] } };
    if (name.endsWith('.com')) return { rcode: 'NXDOMAIN' };
    const script = scripts.get(name) ?? { rcode: 'REFUSED' };
    const question = `${asker} ${name} ${type}`;
    if (script.later !== undefined && asked.has(question)) return { answers: script.later };
    asked.add(question);
    if (script.failing?.includes(type)) return { rcode: 'SERVFAIL' };
    return script.denied?.includes(type) ? { rcode: 'NXDOMAIN' } : script;
  });
  await respond(dns, 5301, () => ({ rcode: 'SERVFAIL' }));
  await respond(dns, 5302, () => ({ rcode: 'NXDOMAIN' }));
  await respond(dns, 5303, () => ({ refersTo: 'test' }));
}

/** The message without what stands behind its question: other tools send options there that dns-packet can't read. */
function questionOf(message: Buffer): Buffer {
  const asked = Buffer.from(message);
  asked.fill(0, 6, 12); // ANCOUNT, NSCOUNT, ARCOUNT
  return asked;
}

async function respond(
  dns: Lab['dns'],
  port: number,
  script: (name: string, type: string, asker: string) => ScriptedName,
): Promise<void> {
  const socket = await dns.bind(RESOLVERS[0], port);
  socket.on('message', (message, peer) => {
    const request = decode(questionOf(message));
    const question = request.questions?.[0];
    if (question === undefined) return;
    const {
      rcode = 'NOERROR',
      answers = {},
      refersTo,
    } = script(question.name.toLowerCase(), question.type, peer.address);
    const reply: Packet = {
      type: 'response',
      ...(request.id !== undefined && { id: request.id }),
      flags: (refersTo === undefined ? ANSWER_FLAGS : 0) | RCODES[rcode],
      questions: [question],
      answers: [...(answers[question.type] ?? answers['*'] ?? [])],
      ...(refersTo !== undefined && {
        authorities: [{ type: 'NS', name: refersTo, ttl: 1, data: `a.nic.${refersTo}` }],
      }),
    };
    socket.send(encode(reply), peer.port, peer.address);
  });
}

/** The name is not in the zone. */
export const noSuchName = (): Site => ({
  made: 'dnsmasq: the name is not in the zone',
  dns: () => ({}),
});

/** The name has a TXT and an MX record and no address. */
export const noAddress = (): Site => ({
  made: 'dnsmasq: TXT and MX records only',
  dns: ({ host }) => ({
    lines: [`txt-record=${host},"v=spf1 -all"`, `mx-host=${host},mail.elsewhere.test,10`],
  }),
});

/** dnsmasq asks a server that is down, and so never answers. */
export const silentName = (): Site => ({
  made: 'dnsmasq: the zone’s server is down',
  dns: ({ host }) => ({ lines: [`server=/${host}/${DEAD_ADDRESS}`] }),
});

/** The name points at these addresses, whatever the place has. */
export const pointsAt = (...addresses: readonly string[]): Site => ({
  made: `dnsmasq: ${addresses.join(', ')}`,
  dns: ({ host }) => ({ addresses: { [host]: addresses } }),
});

/** A chain of aliases that ends at the place. */
export const aliasOf = (hops: number): Site => ({
  made: `dnsmasq: ${hops} CNAMEs`,
  dns: ({ host, v4, v6 }) => {
    const name = (hop: number): string => (hop === 0 ? host : `hop${hop}.${host}`);
    return {
      addresses: { [name(hops)]: [...v4, ...v6] },
      lines: Array.from({ length: hops }, (_, hop) => `cname=${name(hop)},${name(hop + 1)}`),
    };
  },
});

const cname = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 1, data });

/** An alias of a name that is gone: a cloud bucket or service that was deleted. */
export const danglingAlias = (rcode: 'NXDOMAIN' | 'NOERROR'): Site =>
  scriptedNames(
    `scripted name server: CNAME to a name that ${rcode === 'NXDOMAIN' ? 'does not exist' : 'has no address'}`,
    ({ host }) => {
      const target = `gone.${host}`;
      const alias = [cname(host, target)];
      return {
        [host]: { rcode, answers: { A: alias, AAAA: alias, CNAME: alias } },
        [target]: { rcode },
      };
    },
  );

/** Two aliases that lead to each other. */
export const aliasLoop = (): Site =>
  scriptedNames('scripted name server: two CNAMEs that lead to each other', ({ host }) => {
    const other = `loop.${host}`;
    return {
      [host]: { answers: { '*': [cname(host, other)] } },
      [other]: { answers: { '*': [cname(other, host)] } },
    };
  });

/** Leads to the place at first, and to cloud metadata from the second question on. */
export const rebindingName = (): Site =>
  scriptedNames('scripted name server: another answer at the second question', ({ host, address }) => {
    const leadsTo = (data: string): Record<string, Answer[]> => ({
      A: [{ type: 'A', name: host, ttl: 0, data }],
    });
    return { [host]: { answers: leadsTo(address), later: leadsTo('169.254.169.254') } };
  });

export const failingName = (): Site =>
  scriptedNames('dnsmasq passes on SERVFAIL', ({ host }) => ({ [host]: { rcode: 'SERVFAIL' } }));

/** A is answered, AAAA fails: a name server that chokes on types that it does not know. */
export const failingIpv6 = (): Site =>
  scriptedNames('SERVFAIL for AAAA alone', ({ host, address }) => ({
    [host]: {
      failing: ['AAAA'],
      answers: { A: [{ type: 'A', name: host, ttl: 1, data: address }] },
    },
  }));

/** A is answered, AAAA denied: a load balancer that takes a missing type for a missing name. */
export const deniedIpv6 = (): Site =>
  scriptedNames('NXDOMAIN for AAAA alone', ({ host, address }) => ({
    [host]: {
      denied: ['AAAA'],
      answers: { A: [{ type: 'A', name: host, ttl: 1, data: address }] },
    },
  }));
