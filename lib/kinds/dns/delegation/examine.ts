/** What one address of a name server says, by each way that resolvers ask it. */
import type { ServerAddress, ServerWord } from '../../../model/delegation.ts';
import type { Family } from '../../../model/vocabulary.ts';
import { isSilence } from '../../../net/dns-codes.ts';
import type { DnsRecordType } from '../../../net/dns-records.ts';
import { askServer, askWhole, type ServerQuestion, type ServerReply } from './ask.ts';
import type { WalkSetup } from './descend.ts';

/** The longest that one question may take, ms: several resolvers give up a server after that (1.5 s with a doubled first try). */
const QUESTION_MS = 1_500;
/** A wait that is shorter proves no silence, ms. */
const LEAST_MS = 500;
/** Records of an answer that are kept. */
const MOST_RECORDS = 16;

export interface Examined {
  readonly zone: string;
  /** Whose addresses are asked for. */
  readonly name: string;
}

interface At {
  readonly address: string;
  readonly family: Family;
  readonly from: ServerAddress['from'];
}

/** Three rounds at most; a server that says nothing is asked nothing more than once without EDNS. */
export async function examineAddress(
  at: At,
  { zone, name }: Examined,
  setup: WalkSetup,
  left: () => number,
): Promise<ServerAddress> {
  const refused = setup.guard(at.address);
  if (refused !== undefined) return { ...at, refused };
  if (!setup.families.includes(at.family)) return { ...at, notAsked: 'family' };
  const ask = (question: Omit<ServerQuestion, 'withinMs'>): Promise<ServerReply> =>
    askServer(at.address, { ...question, withinMs: withinMs(left) }, setup);
  const whole = (asked: string, type: DnsRecordType): Promise<ServerReply> =>
    askWhole(
      at.address,
      { name: asked, type, withinMs: withinMs(left), ...(without && { edns: false }) },
      setup,
    );
  const soa = { name: zone, type: 'SOA' } as const;

  const [udp, tcp] = await Promise.all([ask({ ...soa, over: 'udp' }), ask({ ...soa, over: 'tcp' })]);
  const plain = needsPlain(udp.code) ? await ask({ ...soa, over: 'udp', edns: false }) : undefined;
  const without = plain?.content !== undefined;
  const said: ServerAddress = {
    ...at,
    udp: wordOf(udp),
    ...(plain && { plain: wordOf(plain) }),
    tcp: wordOf(tcp),
    ...serialOf([udp, plain, tcp]),
  };
  if (udp.content === undefined && !without) return said;
  const [ns, a, aaaa, long] = await Promise.all([
    whole(zone, 'NS'),
    whole(name, 'A'),
    whole(name, 'AAAA'),
    without ? undefined : ask({ name: zone, type: 'TXT', over: 'udp', signatures: true }),
  ]);
  const longByTcp =
    long !== undefined && isSilence(long.code)
      ? await ask({ name: zone, type: 'TXT', over: 'tcp', signatures: true })
      : undefined;
  return {
    ...said,
    ns: wordOf(ns),
    a: wordOf(a),
    aaaa: wordOf(aaaa),
    ...(long && { long: sizedWordOf(long) }),
    ...(longByTcp && { longByTcp: sizedWordOf(longByTcp) }),
  };
}

const withinMs = (left: () => number): number => {
  const ms = Math.min(QUESTION_MS, left());
  return ms < LEAST_MS ? 0 : ms;
};

/** What servers and firewalls do that do not know EDNS (RFC 6891 §7; the rest is silence). */
const needsPlain = (code: string): boolean =>
  isSilence(code) || code === 'FORMERR' || code === 'NOTIMP' || code === 'BADVERS' || code === 'BADRESP';

export function wordOf({ code, content }: ServerReply): ServerWord {
  if (content === undefined) return { code };
  const { header, records, aliases, zone } = content;
  const [alias] = aliases;
  return {
    // Where the name is an alias, the code is about the alias's target (RFC 6604 §3).
    code: alias === undefined ? code : 'NOERROR',
    aa: header.aa,
    ...(header.ra && { ra: true }),
    ...(alias !== undefined && { alias }),
    ...(alias === undefined && records.length > 0 && { records: records.slice(0, MOST_RECORDS) }),
    ...(code === 'REFERRAL' && zone !== undefined && { refersTo: zone }),
  };
}

const sizedWordOf = (reply: ServerReply): ServerWord => {
  const { records: _, ...word } = wordOf(reply);
  // The header alone: there is no answer in it, and that is not to be read as NODATA.
  const isCut = reply.content?.header.tc === true;
  return {
    ...word,
    ...(isCut && { code: 'TRUNCATED' }),
    ...(reply.message && { bytes: reply.message.length }),
  };
};

/** The third word of a SOA record. */
function serialOf(replies: readonly (ServerReply | undefined)[]): Pick<ServerAddress, 'serial'> {
  const soa = replies.find((one) => one?.code === 'NOERROR' && one.content?.header.aa === true);
  const serial = soa?.content?.records[0]?.split(' ')[2];
  return serial === undefined ? {} : { serial };
}
