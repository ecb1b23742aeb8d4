/** What NSEC (RFC 4035 §5.4, RFC 6840 §4) and NSEC3 records (RFC 5155 §8) prove. All of them are verified and of one zone. */
import { createHash } from 'node:crypto';
import {
  compareNames,
  isBelow,
  isWithin,
  labelCount,
  lastLabels,
  parentOf,
  sharedAncestor,
  wildcardOf,
  wireOf,
} from './domain-name.ts';
import type { Nsec, Nsec3 } from './records.ts';
import { TYPES } from './wire.ts';

/**
 * `delegates`: the name is that of a zone below, and without DS, which is therefore not signed. `unproven-names`: opt-out, or more iterations
 * than validating resolvers compute: unsigned zones can be there, so the denial is believed unsigned (RFC 5155 §6, RFC 9276 §3.2).
 */
export type Denial = 'nodata' | 'nxdomain' | 'delegates' | 'unproven-names';

/** RFC 9276 §3.2: what BIND and Knot Resolver compute at most; more is treated as unsigned (CVE-2023-50868). */
export const MAX_ITERATIONS = 50;
const OPT_OUT = 1;
const SHA1 = 1;

export interface DenialProof {
  readonly zone: string;
  readonly nsec: readonly Nsec[];
  readonly nsec3: readonly Nsec3[];
}

/** `undefined`: they do not prove that there is no record of the type at the name. */
export function denialOf(name: string, type: number, proof: DenialProof): Denial | undefined {
  return proof.nsec.length > 0 ? byNsec(name, type, proof) : byNsec3(name, type, proof);
}

/** Is it proven that no closer name exists than the wildcard that answered, whose name without `*` has so many labels? */
export function noCloserName(name: string, labels: number, proof: DenialProof): Denial | undefined {
  if (proof.nsec.length > 0)
    return proof.nsec.some((one) => covers(one, name, proof.zone)) ? 'nxdomain' : undefined;
  const hashing = hashingOf(proof.nsec3);
  if (hashing === undefined) return undefined;
  if (hashing === 'too-many') return 'unproven-names';
  const cover = coverOf(hashing, lastLabels(name, labels + 1));
  if (cover === undefined) return undefined;
  return isOptOut(cover) ? 'unproven-names' : 'nxdomain';
}

type Types = ReadonlySet<number>;
const has = (types: Types, type: number): boolean => types.has(type);
const isDelegation = (types: Types): boolean => has(types, TYPES.NS) && !has(types, TYPES.SOA);

/** What the record of the very name says. RFC 6840 §4.1: the parent's speaks of DS alone, the child's of all else. */
function atTheName(types: Types, type: number, isRoot: boolean): Denial | undefined {
  if (has(types, type) || has(types, TYPES.CNAME)) return undefined;
  if (type === TYPES.DS) {
    if (has(types, TYPES.SOA) && !isRoot) return undefined;
    return isDelegation(types) ? 'delegates' : 'nodata';
  }
  return isDelegation(types) ? undefined : 'nodata';
}

/** Does the record at a name above say that names below it are elsewhere? */
const leadsAway = (types: Types): boolean => isDelegation(types) || has(types, TYPES.DNAME);

function byNsec(name: string, type: number, { nsec, zone }: DenialProof): Denial | undefined {
  const same = nsec.find(({ owner }) => owner === name);
  if (same !== undefined) return atTheName(same.types, type, name === '.');
  const cover = nsec.find((one) => covers(one, name, zone));
  if (cover === undefined) return undefined;
  // A name without records, which exists because of names below it.
  if (isBelow(cover.next, name)) return 'nodata';
  const above = [sharedAncestor(name, cover.owner), sharedAncestor(name, cover.next)];
  const [closest = zone] = above.sort((a, b) => labelCount(b) - labelCount(a));
  const wildcard = wildcardOf(closest);
  if (wildcard === undefined || nsec.some((one) => covers(one, wildcard, zone))) return 'nxdomain';
  const wild = nsec.find(({ owner }) => owner === wildcard);
  return wild === undefined ? undefined : atTheName(wild.types, type, false) && 'nodata';
}

/** Is the name between this record's owner and the next name, with nothing that leads away above it? */
function covers({ owner, next, types }: Nsec, name: string, zone: string): boolean {
  if (!isWithin(name, zone) || compareNames(owner, name) >= 0) return false;
  if (next !== zone && compareNames(name, next) >= 0) return false;
  return !(isBelow(name, owner) && leadsAway(types));
}

interface Hashing {
  readonly records: readonly Nsec3[];
  readonly hash: (name: string) => string;
}

/** RFC 5155 §8.2: all records must have the same parameters; those with others, or with unknown flags or hashes, do not count. */
function hashingOf(all: readonly Nsec3[]): Hashing | 'too-many' | undefined {
  const known = all.filter(({ algorithm, flags }) => algorithm === SHA1 && (flags & ~OPT_OUT) === 0);
  const [first] = known;
  if (first === undefined) return undefined;
  const { iterations, salt } = first;
  if (iterations > MAX_ITERATIONS) return 'too-many';
  const records = known.filter((one) => one.iterations === iterations && one.salt.equals(salt));
  const hashes = new Map<string, string>();
  const hash = (name: string): string => {
    const before = hashes.get(name);
    if (before !== undefined) return before;
    let digest = wireOf(name);
    for (let round = 0; round <= iterations; round += 1)
      digest = createHash('sha1').update(digest).update(salt).digest();
    const made = digest.toString('hex');
    hashes.set(name, made);
    return made;
  };
  return { records, hash };
}

const isOptOut = ({ flags }: Nsec3): boolean => (flags & OPT_OUT) !== 0;

const matchOf = ({ records, hash }: Hashing, name: string): Nsec3 | undefined =>
  records.find((one) => one.hash === hash(name));

function coverOf({ records, hash }: Hashing, name: string): Nsec3 | undefined {
  const wanted = hash(name);
  return records.find(({ hash: from, next }) =>
    from < next ? from < wanted && wanted < next : from < wanted || wanted < next,
  );
}

function byNsec3(name: string, type: number, { nsec3, zone }: DenialProof): Denial | undefined {
  const hashing = hashingOf(nsec3);
  if (hashing === undefined) return undefined;
  if (hashing === 'too-many') return 'unproven-names';
  const same = matchOf(hashing, name);
  if (same !== undefined) return atTheName(same.types, type, name === '.');

  const closest = closestEncloser(hashing, name, zone);
  if (closest === undefined) return undefined;
  const cover = coverOf(hashing, lastLabels(name, labelCount(closest) + 1));
  if (cover === undefined) return undefined;
  if (type === TYPES.DS && isOptOut(cover)) return 'unproven-names';
  const wildcard = wildcardOf(closest);
  const wild = wildcard === undefined ? undefined : matchOf(hashing, wildcard);
  if (wild !== undefined) return atTheName(wild.types, type, false) && 'nodata';
  if (isOptOut(cover)) return 'unproven-names';
  return wildcard === undefined || coverOf(hashing, wildcard) !== undefined ? 'nxdomain' : undefined;
}

/** RFC 5155 §8.3: the longest name above that is proven to exist. */
function closestEncloser(hashing: Hashing, name: string, zone: string): string | undefined {
  for (let above = name; above !== zone && above !== '.'; ) {
    above = parentOf(above);
    const match = matchOf(hashing, above);
    if (match !== undefined) return leadsAway(match.types) ? undefined : above;
  }
  return undefined;
}
