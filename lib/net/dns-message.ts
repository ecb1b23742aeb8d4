/** DNS messages (RFC 1035 §4): a question as bytes, and the content of an answer to it. */
import { type Answer, type DecodedPacket, decode, encode } from 'dns-packet';
import type { DnsHeader } from '../model/observed.ts';
import { isDenial, rcodeName } from './dns-codes.ts';
import { sameName } from './dns-name.ts';
import { type DnsRecordType, recordTexts } from './dns-records.ts';
import { printable } from './printable.ts';

/** What fits into a datagram on nearly every path without fragments (https://www.dnsflagday.net/2020/). */
export const EDNS_SIZE = 1_232;
/** Longest message that is read, by UDP or TCP. Room for a thousand addresses. */
export const MAX_MESSAGE = 16_384;
/** Longest chain of aliases within one answer; common resolvers stop between 8 and 16. */
const MAX_ALIASES = 16;

export interface Question {
  readonly id: number;
  /** As it is sent: upper and lower case count. */
  readonly name: string;
  readonly type: DnsRecordType;
  /** RFC 6891: says how long an answer may be. Old servers answer FORMERR, and are then asked without. */
  readonly edns: boolean;
  /** RD: on for a resolver, off for a zone's own server. */
  readonly recursion: boolean;
  /**
   * DO and CD (RFC 3225, RFC 4035 §3.2.2): the answer comes with its signatures, and is not withheld where a resolver finds them wrong. It is
   * then given as bytes, too.
   */
  readonly dnssec?: boolean;
}

const RECURSION_DESIRED = 0x0100;
const CHECKING_DISABLED = 0x0010;
/** RFC 6840 §5.7: in a question, that the asker understands it in the answer. */
const AUTHENTIC_DATA = 0x0020;

export function encodeQuestion({ id, name, type, edns, recursion, dnssec = false }: Question): Buffer {
  return encode({
    type: 'query',
    id,
    flags: (recursion ? RECURSION_DESIRED | AUTHENTIC_DATA : 0) | (dnssec ? CHECKING_DISABLED : 0),
    questions: [{ name, type, class: 'IN' }],
    additionals: edns ? [dnssec ? EDNS_WITH_SIGNATURES : EDNS] : [],
  });
}

const EDNS = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: EDNS_SIZE,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} satisfies Answer;
const DNSSEC_OK = 0x8000;
const EDNS_WITH_SIGNATURES = { ...EDNS, flags: DNSSEC_OK, flag_do: true } satisfies Answer;

/** What a server said. */
export interface DnsMessageContent {
  readonly code: string;
  readonly records: string[];
  /** Names that the answer leads on to by CNAME, in order. */
  readonly aliases: string[];
  readonly header: DnsHeader;
  /** Owner of the SOA of a denial, or of the NS records of a referral: the zone that was searched, or that is referred to. */
  readonly zone?: string;
  /** As it came, where the question asked for signatures. */
  readonly message?: Buffer;
}

export type Reading =
  /** Not to this question: forged, late or lost. */
  | { readonly is: 'foreign' }
  /** To this question, except that the upper and lower case of the name differs. */
  | { readonly is: 'other-case' }
  /** With the right id, but not a DNS message. */
  | { readonly is: 'malformed' }
  | { readonly is: 'answer'; readonly said: DnsMessageContent };

const HEADER_BYTES = 12;
const RESPONSE = 0x80;
const FOREIGN: Reading = { is: 'foreign' };

/** @param question may be any of several that wait for an answer; the caller has matched the id by `messageId` */
export function readAnswer(message: Buffer, question: Question): Reading {
  if (message.length < HEADER_BYTES || ((message[2] ?? 0) & RESPONSE) === 0) return FOREIGN;
  if (message.length > MAX_MESSAGE) return { is: 'malformed' };
  try {
    const packet = decode(message);
    const [asked] = packet.questions ?? [];
    // Some servers leave out the question with an error; a denial or an answer must contain it.
    const isBareError = asked === undefined && !['NOERROR', 'NXDOMAIN'].includes(rcodeOf(message, packet));
    if (!isBareError) {
      if (asked?.type !== question.type || !sameName(asked.name, question.name)) return FOREIGN;
      if (asked.name !== question.name) return { is: 'other-case' };
    }
    const said = read(message, packet, question);
    return { is: 'answer', said: question.dnssec === true ? { ...said, message } : said };
  } catch {
    return { is: 'malformed' };
  }
}

/** `undefined` when the bytes are too few for a header. */
export function messageId(message: Buffer): number | undefined {
  return message.length < HEADER_BYTES ? undefined : message.readUInt16BE(0);
}

function read(message: Buffer, packet: DecodedPacket, { name, type }: Question): DnsMessageContent {
  const rcode = rcodeOf(message, packet);
  const header: DnsHeader = {
    rcode,
    aa: packet.flag_aa,
    tc: packet.flag_tc,
    ra: packet.flag_ra,
    ad: packet.flag_ad,
  };
  const answers = packet.answers?.filter(isInternet) ?? [];
  const { aliases, owner } = followAliases(name, type === 'CNAME' ? [] : answers);
  // Only what belongs to the name itself, or to the name at the end of its aliases, answers the question.
  const own = answers.filter((record) => record.type === type && sameName(record.name, owner));
  // RFC 6604 §3: next to an alias, "no such name" is about the alias's target.
  const counts = rcode === 'NOERROR' || (rcode === 'NXDOMAIN' && type === 'CNAME');
  const records = counts ? recordTexts(own) : [];
  if (records.length > 0) return { code: 'NOERROR', records, aliases, header };

  const authorities = packet.authorities?.filter(isInternet) ?? [];
  const soa = authorities.find((record) => record.type === 'SOA');
  const servers = authorities.find((record) => record.type === 'NS');
  // RFC 2308 §2.2: NS records without SOA under a NOERROR without answer lead elsewhere. A resolver that was asked
  // for the end of a chain of aliases, or an authoritative server, may add them to a plain NODATA.
  const isReferral =
    rcode === 'NOERROR' && soa === undefined && servers !== undefined && !header.aa && answers.length === 0;
  const code = isReferral ? 'REFERRAL' : rcode === 'NOERROR' ? 'NODATA' : rcode;
  const owned = isReferral ? servers : isDenial(code) ? soa : undefined;
  return { code, records, aliases, header, ...(owned && { zone: printable(owned.name, NAME_CHARS) }) };
}

const NAME_CHARS = 255;

const isInternet = (record: Answer): boolean => record.type !== 'OPT' && record.class === 'IN';

/** The header's four bits, and the eight that EDNS adds (RFC 6891 §6.1.3). */
function rcodeOf(message: Buffer, packet: DecodedPacket): string {
  const low = (message[3] ?? 0) & 0x0f;
  const options = packet.additionals?.find((record) => record.type === 'OPT');
  return rcodeName(options?.type === 'OPT' ? (options.extendedRcode << 4) | low : low);
}

function followAliases(name: string, answers: readonly Answer[]): { aliases: string[]; owner: string } {
  const aliases: string[] = [];
  let owner = name;
  while (aliases.length < MAX_ALIASES) {
    const alias = answers.find((record) => record.type === 'CNAME' && sameName(record.name, owner));
    if (alias?.type !== 'CNAME' || aliases.some((one) => sameName(one, alias.data))) break;
    owner = alias.data;
    aliases.push(printable(owner, NAME_CHARS).toLowerCase());
  }
  return { aliases, owner };
}
