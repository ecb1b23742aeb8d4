/** DNSSEC validation of single questions, by any resolver that passes on signatures: what it says itself of them is not believed. */
import type { DnssecStatus } from '../../model/dnssec.ts';
import { anchorsOf } from './anchors.ts';
import { denialOf, noCloserName } from './denial.ts';
import { canonicalName, isBelow, labelCount, labelsOf, nameOf, readName, wireOf } from './domain-name.ts';
import type { Rrsig } from './records.ts';
import { signaturesOf, verifySet } from './signatures.ts';
import type { Validated } from './validated.ts';
import { type RawMessage, type RecordSet, readMessage, setOf, TYPES, typeName, typeNumber } from './wire.ts';
import { createZones, deniedBy, proofOf, type Zone } from './zones.ts';

export interface Validator {
  /**
   * Takes as many questions as there are zones above the name, and two more; zones are remembered.
   * Never rejects. `indeterminate` for types that this client does not read, too.
   */
  validate(name: string, type: string): Promise<Validated>;
}

/** One question; `dnssec` sets DO and CD, and then an answer comes with its bytes. Codes as in `dns-codes.ts`. */
export type SignedQuery = (
  name: string,
  type: string,
  withinMs: number,
  how?: { readonly dnssec: boolean },
) => Promise<{ readonly code: string; readonly records: readonly string[]; readonly message?: Buffer }>;

export interface ValidatorSetup {
  /** To a resolver that follows delegations. */
  readonly query: SignedQuery;
  /** See `anchorsOf`. */
  readonly anchors: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one question. */
  readonly questionMs: number;
}

/** As many aliases as resolvers follow. */
const MAX_ALIASES = 10;
/** What a resolver gives that removes signatures, or that does not know EDNS. */
const STRIPPED = 'the resolver passes on no signatures';

export function createValidator({ query, anchors, now, questionMs }: ValidatorSetup): Validator {
  const believed = anchorsOf(anchors);
  const asked = new Map<string, Promise<RawReply>>();
  const ask = (name: string, type: string): Promise<RawReply> => {
    const key = `${type} ${name}`;
    const before = asked.get(key);
    if (before !== undefined) return before;
    const reply = askOnce(name, type);
    asked.set(key, reply);
    void reply.then(({ message }) => message === undefined && asked.delete(key));
    return reply;
  };

  async function askOnce(name: string, type: string): Promise<RawReply> {
    const { message, code, records } = await query(name, type, questionMs, { dnssec: true });
    if (message === undefined) return { code, records };
    try {
      const read = readMessage(message);
      // NOERROR or NXDOMAIN; all others say nothing of the name.
      return read.rcode === 0 || read.rcode === 3 ? { code, records, message: read } : { code, records };
    } catch {
      return { code: 'BADRESP', records: [] };
    }
  }

  const zones = createZones(
    async (name, type) => {
      const reply = await ask(name, typeName(type));
      return reply.message ?? `${typeName(type)} of ${name}: ${reply.code}`;
    },
    believed,
    now,
  );

  async function validate(text: string, type: string): Promise<Validated> {
    const name = canonicalName(text);
    const wanted = typeNumber(type);
    const first = await ask(name, type);
    const walk: Walk = { code: first.code, records: first.records, aliases: [] };
    if (wanted === undefined || first.message === undefined)
      return ended(walk, { status: 'indeterminate', reason: `${type} of ${name}: ${first.code}` });
    try {
      const judged = notAtRoot(await follow(name, wanted, first.message, walk));
      const mayBeStripped = judged.status === 'indeterminate' || judged.fault?.is === 'unsigned';
      if (!mayBeStripped || !(await isStripped())) return ended(walk, judged);
      const [checked, unchecked] = await Promise.all([query(name, type, questionMs), askOnce(name, type)]);
      const byResolver = { checked: checked.code, unchecked: unchecked.code };
      return { ...ended(walk, { status: 'indeterminate', reason: STRIPPED }), byResolver };
    } catch (error) {
      // A record that is shorter than its type says.
      if (error instanceof RangeError) return ended(walk, { status: 'indeterminate', reason: 'BADRESP' });
      throw error;
    }
  }

  /** Does not even the zone of the trust anchor have signatures by this resolver? */
  async function isStripped(): Promise<boolean> {
    const [anchor = '.'] = believed.keys();
    const { message } = await ask(anchor, 'DNSKEY');
    const set = message && setOf(message.answers, anchor, TYPES.DNSKEY);
    return message === undefined || set === undefined || signaturesOf(message.answers, set).length === 0;
  }

  /** Along the aliases to the records or their denial; each step is judged, and the worst counts. */
  async function follow(start: string, type: number, begin: RawMessage, walk: Walk): Promise<Judged> {
    let message = begin;
    let name = start;
    let worst: Judged | undefined;
    let isFresh = true;
    while (walk.aliases.length < MAX_ALIASES) {
      const found = setOf(message.answers, name, type);
      if (found !== undefined) {
        walk.code = 'NOERROR';
        return worse(worst, await judgeSet(found, message));
      }
      const alias = type === TYPES.CNAME ? undefined : aliasOf(name, message);
      if (alias !== undefined) {
        worst = worse(worst, await judgeSet(alias.set, message));
        if (worst.status === 'bogus' || walk.aliases.includes(alias.target) || alias.target === start)
          return worst;
        walk.aliases.push(alias.target);
        name = alias.target;
        isFresh = false;
        continue;
      }
      if (!isFresh && !deniesHere(message, name)) {
        const more = await ask(name, typeName(type));
        if (more.message === undefined)
          return worse(worst, {
            status: 'indeterminate',
            reason: `${typeName(type)} of ${name}: ${more.code}`,
          });
        Object.assign(walk, { code: more.code, records: more.records });
        message = more.message;
        isFresh = true;
        continue;
      }
      return worse(worst, await judgeDenial(name, type, message));
    }
    return worse(worst, { status: 'indeterminate', reason: 'too many aliases' });
  }

  async function judgeSet(set: RecordSet, message: RawMessage): Promise<Judged> {
    const signatures = signaturesOf(message.answers, set);
    const signer = signerOf(signatures, set.owner);
    // A zone's own DS records are in the zone above it.
    const zone = signer === undefined ? await zones.around(set.owner) : await zones.at(signer);
    if (zone.is !== 'signed') return ofZone(zone, set.owner, set.type, signer);
    const verified = verifySet(set, signatures, zone.name, zone.keys, now());
    if (!verified.ok) return { status: 'bogus', zone: zone.name, fault: verified.fault };
    const secure: Judged = { status: 'secure', zone: zone.name };
    const isWildcard = set.owner.startsWith('*.') || set.owner === '*';
    if (isWildcard || verified.labels >= labelCount(set.owner)) return secure;
    const proof = proofOf(message.authority, zone, now());
    if ('fault' in proof) return { status: 'bogus', zone: zone.name, fault: proof.fault };
    const denial = noCloserName(set.owner, verified.labels, proof);
    if (denial === undefined) return unproven(zone.name, set.owner, set.type);
    return denial === 'unproven-names' ? { status: 'insecure', zone: zone.name, reason: 'opt-out' } : secure;
  }

  async function judgeDenial(name: string, type: number, message: RawMessage): Promise<Judged> {
    const signer = deniedBy(message.authority, name);
    const zone = signer === undefined ? await zones.around(name) : await zones.at(signer);
    if (zone.is !== 'signed') return ofZone(zone, name, type, signer);
    const proof = proofOf(message.authority, zone, now());
    if ('fault' in proof) return { status: 'bogus', zone: zone.name, fault: proof.fault };
    const denial = denialOf(name, type, proof);
    // NXDOMAIN for a name that is proven to exist: resolvers refuse that.
    const fits = denial === 'nodata' ? message.rcode === 0 : true;
    if (denial === undefined || !fits) return unproven(zone.name, name, type);
    if (denial === 'unproven-names') return { status: 'insecure', zone: zone.name, reason: 'opt-out' };
    return { status: 'secure', zone: zone.name };
  }

  return { validate };
}

interface RawReply {
  readonly code: string;
  readonly records: readonly string[];
  readonly message?: RawMessage;
}

interface Walk {
  code: string;
  records: readonly string[];
  readonly aliases: string[];
}

type Judged = Pick<Validated, 'status' | 'zone' | 'fault' | 'reason'>;

const ended = ({ code, records, aliases }: Walk, judged: Judged): Validated => ({
  code,
  records,
  aliases,
  ...judged,
});

const RANK: Readonly<Record<DnssecStatus, number>> = { secure: 0, insecure: 1, indeterminate: 2, bogus: 3 };

const worse = (one: Judged | undefined, other: Judged): Judged =>
  one === undefined || RANK[other.status] >= RANK[one.status] ? other : one;

/**
 * What is wrong at the root is wrong for the whole internet: more likely this machine's clock is, or something on the way that changes answers.
 */
const notAtRoot = (judged: Judged): Judged =>
  judged.fault?.zone === '.'
    ? { status: 'indeterminate', reason: `signatures of the root do not fit (${judged.fault.is})` }
    : judged;

const unproven = (zone: string, owner: string, type: number): Judged => ({
  status: 'bogus',
  zone,
  fault: { is: 'denial', zone, owner, type: typeName(type) },
});

function ofZone(zone: Exclude<Zone, { is: 'signed' }>, owner: string, type: number, signer?: string): Judged {
  switch (zone.is) {
    case 'insecure':
      return { status: 'insecure', zone: zone.name, reason: zone.reason };
    case 'bogus':
      return { status: 'bogus', zone: zone.fault.zone, fault: zone.fault };
    case 'unknown':
      return { status: 'indeterminate', reason: zone.reason };
    case 'none': {
      // Signed by a name at which no zone begins.
      const by = signer ?? '.';
      return { status: 'bogus', zone: by, fault: { is: 'unsigned', zone: by, owner, type: typeName(type) } };
    }
    default:
      return zone satisfies never;
  }
}

function signerOf(signatures: readonly Rrsig[], owner: string): string | undefined {
  return signatures
    .map(({ signer }) => signer)
    .find((signer) => signer === owner || signer === '.' || isBelow(owner, signer));
}

/** The CNAME of the name, or the DNAME above it that it was made of (RFC 6672 §5.3.1). */
function aliasOf(name: string, { answers }: RawMessage): { set: RecordSet; target: string } | undefined {
  const above = answers.find((one) => one.type === TYPES.DNAME && isBelow(name, one.owner));
  const dname = above && setOf(answers, above.owner, TYPES.DNAME);
  const [to] = dname?.data ?? [];
  if (dname !== undefined && to !== undefined) {
    const kept = labelsOf(name).slice(0, labelCount(name) - labelCount(dname.owner));
    const target = nameOf([...kept, ...labelsOf(readName(to, 0).name)]);
    if (wireOf(target).length <= 255) return { set: dname, target };
  }
  const set = setOf(answers, name, TYPES.CNAME);
  const [data] = set?.data ?? [];
  return set === undefined || data === undefined ? undefined : { set, target: readName(data, 0).name };
}

/** Is the denial in this message about the name at the end of its aliases? */
function deniesHere({ authority }: RawMessage, name: string): boolean {
  return authority.some(
    ({ type, owner }) => type === TYPES.SOA && (owner === name || owner === '.' || isBelow(name, owner)),
  );
}
