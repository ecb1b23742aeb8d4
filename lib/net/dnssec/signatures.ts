/** Are these records signed by one of these keys (RFC 4035 §5.3)? */
import type { DnssecFault } from '../../model/dnssec.ts';
import { isKnownAlgorithm, isSignatureOf } from './algorithms.ts';
import { labelCount, lastLabels, wireOf } from './domain-name.ts';
import { type DnsKey, type Rrsig, readRrsig } from './records.ts';
import { type RawRecord, type RecordSet, TYPES, typeName } from './wire.ts';

/**
 * Signatures that are tried for one set, each with each key of its tag. Honest zones have one a key and algorithm, and few keys that share a tag;
 * hostile ones have hundreds of each (CVE-2023-50387).
 */
const MAX_TRIES = 8;
/** Records of one set; more are not sorted and hashed. */
const MAX_SET = 600;

const ZONE_KEY = 0x0100;
const REVOKED = 0x0080;
const DNSSEC_PROTOCOL = 3;

export type VerifiedSet =
  /** `labels`: fewer than the owner has, where the records are a wildcard's. */
  { readonly ok: true; readonly labels: number } | { readonly ok: false; readonly fault: DnssecFault };

/** Keys that may sign a zone's records (RFC 4034 §2.1.1, RFC 5011 §2.1). */
export function isZoneKey({ flags, protocol }: DnsKey): boolean {
  return (flags & ZONE_KEY) !== 0 && (flags & REVOKED) === 0 && protocol === DNSSEC_PROTOCOL;
}

/** The signatures of a set that came with it. */
export function signaturesOf(records: readonly RawRecord[], { owner, type }: RecordSet): Rrsig[] {
  return records.flatMap((one) => {
    if (one.type !== TYPES.RRSIG || one.owner !== owner || one.data.readUInt16BE(0) !== type) return [];
    return [readRrsig(one.data)];
  });
}

/**
 * @param all the signatures of the set
 * @param keys of the zone
 * @param now milliseconds since the epoch
 */
export function verifySet(
  set: RecordSet,
  all: readonly Rrsig[],
  zone: string,
  keys: readonly DnsKey[],
  now: number,
): VerifiedSet {
  const about = { zone, owner: set.owner, type: typeName(set.type) };
  const failed = (
    is: DnssecFault['is'],
    more: Pick<DnssecFault, 'keyTag' | 'at'> = {},
  ): VerifiedSet & { ok: false } => ({ ok: false, fault: { is, ...about, ...more } });

  const owners = labelCount(set.owner) - (set.owner === '*' || set.owner.startsWith('*.') ? 1 : 0);
  const own = all.filter((one) => one.signer === zone && one.labels <= owners);
  const known = own.filter(({ algorithm }) => isKnownAlgorithm(algorithm));
  if (known.length === 0) return failed('unsigned');
  if (set.data.length > MAX_SET) return failed('excess');

  // What is known of the best attempt: a signature of the right key outside its time says more than one of an unknown key.
  let best: (VerifiedSet & { ok: false }) | undefined;
  let tries = 0;
  for (const signature of known) {
    const { tag } = signature;
    const mine = keys.filter((key) => key.tag === tag && key.algorithm === signature.algorithm);
    if (mine.length === 0) {
      best ??= failed('no-key', { keyTag: tag });
      continue;
    }
    const outside = outsideItsTime(signature, now);
    if (outside !== undefined) {
      best = failed(outside.is, { keyTag: tag, at: outside.at });
      continue;
    }
    const signed = signedBytes(set, signature);
    for (const key of mine) {
      tries += 1;
      if (tries > MAX_TRIES) return failed('excess');
      if (isSignatureOf(signed, signature.signature, key)) return { ok: true, labels: signature.labels };
    }
    if (best === undefined || best.fault.is === 'no-key') best = failed('invalid', { keyTag: tag });
  }
  return best ?? failed('unsigned');
}

function outsideItsTime(
  { inception, expiration }: Rrsig,
  now: number,
): { is: 'expired' | 'not-yet-valid'; at: string } | undefined {
  const seconds = Math.floor(now / 1_000);
  // RFC 4034 §3.1.5: numbers of 32 bits that begin anew, so what counts is their distance from now.
  const until = (time: number): number => (time - seconds) | 0;
  const at = (distance: number): string => new Date((seconds + distance) * 1_000).toISOString();
  if (until(expiration) < 0) return { is: 'expired', at: at(until(expiration)) };
  if (until(inception) > 0) return { is: 'not-yet-valid', at: at(until(inception)) };
  return undefined;
}

/** RFC 4034 §3.1.8.1 and §6.3. */
function signedBytes({ owner, type, data }: RecordSet, { head, labels }: Rrsig): Buffer {
  const name = labelCount(owner) > labels && !owner.startsWith('*.') ? wildcardAt(owner, labels) : owner;
  const fixed = Buffer.concat([wireOf(name), Buffer.alloc(8)]);
  const at = fixed.length - 8;
  fixed.writeUInt16BE(type, at);
  fixed.writeUInt16BE(1, at + 2);
  head.copy(fixed, at + 4, 4, 8);
  const sorted = [...data].sort(Buffer.compare);
  const distinct = sorted.filter((one, index) => index === 0 || !sorted[index - 1]?.equals(one));
  return Buffer.concat([head, ...distinct.flatMap((one) => [fixed, lengthOf(one), one])]);
}

const wildcardAt = (owner: string, labels: number): string =>
  labels === 0 ? '*' : `*.${lastLabels(owner, labels)}`;

function lengthOf(data: Buffer): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(data.length);
  return bytes;
}
