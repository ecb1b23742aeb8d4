/** What a server says about who serves a zone: NS records, and addresses beside them. */

import { type Answer, decode, type StringAnswer } from 'dns-packet';
import { plainName } from '../../../net/dns-name.ts';
import { isIP } from '../../../net/ip.ts';
import { printable } from '../../../net/printable.ts';

/** NS records that are looked at: a hostile zone may have a thousand. */
const MOST_READ = 64;
const NAME_CHARS = 255;

export interface NamedServers {
  /** The zone that the NS records are of. */
  readonly zone: string;
  readonly names: readonly string[];
  /** Server's name → addresses that came with the message. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param message one that `readAnswer` has found to be an answer
 * @returns the NS records of the answer section, else those of the authority section; `undefined` without any
 */
export function namedServers(message: Buffer): NamedServers | undefined {
  let packet: ReturnType<typeof decode>;
  try {
    packet = decode(message);
  } catch {
    return undefined;
  }
  const { answers = [], authorities = [], additionals = [] } = packet;
  const ns = [answers, authorities].map((section) => section.filter(isNs)).find(({ length }) => length > 0);
  const zone = ns?.[0] && nameText(ns[0].name);
  if (ns === undefined || zone === undefined) return undefined;
  const own = ns.filter(({ name }) => nameText(name) === zone).slice(0, MOST_READ);
  const names = [...new Set(own.map(({ data }) => nameText(data)))];
  const addresses = new Map<string, string[]>();
  for (const record of additionals) {
    if (record.type !== 'A' && record.type !== 'AAAA') continue;
    const name = nameText(record.name);
    if (!names.includes(name) || isIP(record.data) === 0) continue;
    const known = addresses.get(name) ?? [];
    if (known.length < MOST_READ && !known.includes(record.data))
      addresses.set(name, [...known, record.data]);
  }
  return { zone, names, addresses };
}

const isNs = (record: Answer): record is StringAnswer => record.type === 'NS' && record.class === 'IN';

const nameText = (name: string): string => plainName(printable(name, NAME_CHARS)) || '.';
