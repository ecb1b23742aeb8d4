/** Which zones are signed, and with which keys, from the trust anchors down (RFC 4035 §5). */
import type { DnssecFault } from '../../model/dnssec.ts';
import { isDigestOf, usableDs } from './algorithms.ts';
import type { Anchors } from './anchors.ts';
import { type DenialProof, denialOf } from './denial.ts';
import { isWithin, labelCount, labelsOf, lastLabels, parentOf } from './domain-name.ts';
import { type DnsKey, type Ds, dsText, readDnsKey, readDs, readNsec, readNsec3 } from './records.ts';
import { isZoneKey, signaturesOf, verifySet } from './signatures.ts';
import { type RawMessage, type RawRecord, setOf, TYPES } from './wire.ts';

/** Why a zone without signatures is believed. */
export type InsecureReason = 'no-ds' | 'unknown-algorithm' | 'opt-out';

/** What is known of one name as the apex of a zone. */
export type Zone =
  | { readonly is: 'signed'; readonly name: string; readonly keys: readonly DnsKey[] }
  | { readonly is: 'insecure'; readonly name: string; readonly reason: InsecureReason }
  /** Proven: no zone begins here. */
  | { readonly is: 'none' }
  | { readonly is: 'bogus'; readonly fault: DnssecFault }
  | { readonly is: 'unknown'; readonly reason: string };

/** The answer to a question with DO and CD set; a text where there is none. */
export type AskRaw = (name: string, type: number) => Promise<RawMessage | string>;

export interface Zones {
  /** The zone that begins at this name. */
  at(name: string): Promise<Zone>;
  /** The nearest zone that the name is in; never `none`. */
  around(name: string): Promise<Zone>;
}

/** The most labels that are walked down to a name without signatures, and the most denials of one answer that are verified. */
const MAX_LABELS = 20;
const MAX_DENIALS = 8;
/**
 * Digests that are computed to find the keys which a zone's DS records name. Honest zones have few of both, and tags that differ; a hostile one has
 * hundreds of each with one tag, and each pair is a digest ("HashTrap", beside CVE-2023-50387).
 */
const MAX_DIGESTS = 32;
const SECURE_ENTRY = 0x0001;

/** @param now milliseconds since the epoch */
export function createZones(ask: AskRaw, anchors: Anchors, now: () => number): Zones {
  const known = new Map<string, Promise<Zone>>();

  const at = (name: string): Promise<Zone> => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const anchor = anchors.get(name);
    const found = anchor === undefined ? byDs(name) : anchored(name, anchor);
    known.set(name, found);
    // What could not be asked may be asked again.
    void found.then(({ is }) => is === 'unknown' && known.delete(name));
    return found;
  };

  /** A trust anchor that does not fit is the fault of who keeps it, or of a way that leads elsewhere, and not of the zone. */
  async function anchored(name: string, anchor: readonly Ds[]): Promise<Zone> {
    const zone = await keysOf(name, anchor);
    if (zone.is !== 'bogus') return zone;
    return { is: 'unknown', reason: `the trust anchor does not fit the keys of ${name} (${zone.fault.is})` };
  }

  async function around(name: string): Promise<Zone> {
    const all = labelsOf(name).length;
    const above = Array.from({ length: all + 1 }, (_, count) => lastLabels(name, count));
    const first = above.findLastIndex((one) => anchors.has(one));
    if (first < 0) return { is: 'unknown', reason: 'no trust anchor above it' };
    if (all - first > MAX_LABELS) return { is: 'unknown', reason: 'too many labels' };
    let nearest: Zone = { is: 'none' };
    for (const apex of above.slice(first)) {
      const zone = await at(apex);
      if (zone.is === 'none') continue;
      nearest = zone;
      if (zone.is !== 'signed') break;
    }
    return nearest;
  }

  /** By the DS records of the name, which are in the zone above. */
  async function byDs(name: string): Promise<Zone> {
    if (name === '.') return { is: 'unknown', reason: 'no trust anchor above it' };
    const message = await ask(name, TYPES.DS);
    if (typeof message === 'string') return { is: 'unknown', reason: message };
    const set = setOf(message.answers, name, TYPES.DS) ?? setOf(message.answers, name, TYPES.CNAME);
    const signatures = set === undefined ? [] : signaturesOf(message.answers, set);
    const signer = set === undefined ? deniedBy(message.authority, name) : signatures[0]?.signer;
    const above = parentOf(name);
    const isAbove = signer !== undefined && isWithin(above, signer);
    const parent = isAbove ? await at(signer) : await around(above);
    if (parent.is === 'none') return bogus('unsigned', signer ?? above, name);
    if (parent.is !== 'signed') return parent;
    if (set === undefined) {
      const proof = proofOf(message.authority, parent, now());
      if ('fault' in proof) return { is: 'bogus', fault: { ...proof.fault, type: 'DS', owner: name } };
      const denial = denialOf(name, TYPES.DS, proof);
      switch (denial) {
        case undefined:
          return bogus('denial', parent.name, name);
        case 'delegates':
          return { is: 'insecure', name, reason: 'no-ds' };
        case 'unproven-names':
          return { is: 'insecure', name, reason: 'opt-out' };
        case 'nodata':
        case 'nxdomain':
          return { is: 'none' };
        default:
          return denial satisfies never;
      }
    }
    const verified = verifySet(set, signatures, parent.name, parent.keys, now());
    if (!verified.ok) return { is: 'bogus', fault: verified.fault };
    return set.type === TYPES.CNAME ? { is: 'none' } : keysOf(name, set.data.map(readDs));
  }

  /** @param ds believed records that say which keys the zone has */
  async function keysOf(name: string, ds: readonly Ds[]): Promise<Zone> {
    const usable = usableDs(ds);
    if (usable.length === 0) return { is: 'insecure', name, reason: 'unknown-algorithm' };
    const message = await ask(name, TYPES.DNSKEY);
    if (typeof message === 'string') return { is: 'unknown', reason: message };
    const set = setOf(message.answers, name, TYPES.DNSKEY);
    const keys = (set?.data ?? []).map(readDnsKey).filter(isZoneKey);
    let digests = 0;
    const isNamed = (key: DnsKey): boolean =>
      usable.some((one) => {
        if (one.tag !== key.tag || one.algorithm !== key.algorithm) return false;
        digests += 1;
        return digests <= MAX_DIGESTS && isDigestOf(one, name, key);
      });
    const entries = keys.filter(isNamed);
    if (digests > MAX_DIGESTS && entries.length === 0)
      return { is: 'bogus', fault: { is: 'excess', zone: name, owner: name, type: 'DNSKEY' } };
    if (set === undefined || entries.length === 0) {
      const own = keys
        .filter(({ flags }) => (flags & SECURE_ENTRY) !== 0)
        .slice(0, 8)
        .map(({ tag, algorithm }) => `${tag} ${algorithm}`);
      const texts = ds.slice(0, 8).map(dsText);
      const about = { zone: name, owner: name, type: 'DNSKEY' };
      return { is: 'bogus', fault: { is: 'ds-mismatch', ...about, ds: texts, keys: own } };
    }
    const verified = verifySet(set, signaturesOf(message.answers, set), name, entries, now());
    return verified.ok ? { is: 'signed', name, keys } : { is: 'bogus', fault: verified.fault };
  }

  return { at, around };
}

const bogus = (is: DnssecFault['is'], zone: string, owner: string): Zone => ({
  is: 'bogus',
  fault: { is, zone, owner, type: 'DS' },
});

const DENIALS: readonly number[] = [TYPES.NSEC, TYPES.NSEC3];

/** The zone whose signed denial of the name came; `undefined` where none did. */
export function deniedBy(authority: readonly RawRecord[], name: string): string | undefined {
  const signers = denialSets(authority).flatMap((set) =>
    signaturesOf(authority, set).map(({ signer }) => signer),
  );
  return signers
    .filter((signer) => isWithin(name, signer))
    .sort((a, b) => labelCount(b) - labelCount(a))
    .at(0);
}

/** The verified NSEC and NSEC3 records; where there are none, what is wrong with the first. */
export function proofOf(
  authority: readonly RawRecord[],
  zone: Zone & { is: 'signed' },
  now: number,
): DenialProof | { readonly fault: DnssecFault } {
  const verified: RawRecord[] = [];
  let fault: DnssecFault | undefined;
  for (const set of denialSets(authority)) {
    const result = verifySet(set, signaturesOf(authority, set), zone.name, zone.keys, now);
    if (result.ok) verified.push(...set.data.map((data) => ({ owner: set.owner, type: set.type, data })));
    else fault ??= result.fault;
  }
  if (verified.length === 0) {
    const about = { zone: zone.name, owner: zone.name, type: 'NSEC' };
    return { fault: fault ?? { is: 'unsigned', ...about } };
  }
  const nsec = verified.filter(({ type }) => type === TYPES.NSEC);
  const nsec3 = verified.filter(({ type }) => type === TYPES.NSEC3);
  return {
    zone: zone.name,
    nsec: nsec.map(({ owner, data }) => readNsec(owner, data)),
    nsec3: nsec3
      .flatMap(({ owner, data }) => readNsec3(owner, data) ?? [])
      .filter((one) => one.zone === zone.name),
  };
}

function denialSets(authority: readonly RawRecord[]) {
  const owners = new Map<string, RawRecord>();
  for (const one of authority) if (DENIALS.includes(one.type)) owners.set(`${one.type} ${one.owner}`, one);
  return [...owners.values()]
    .slice(0, MAX_DENIALS)
    .flatMap(({ owner, type }) => setOf(authority, owner, type) ?? []);
}
