/**
 * Does a certificate name the host that was asked for? By RFC 9525, as browsers do: dNSName and iPAddress of
 * subjectAltName alone (no common name), a wildcard only as the whole leftmost label and for exactly one label.
 */

import { domainToASCII } from 'node:url';
import { isIP } from '../net/ip.ts';
import { GENERAL_NAME } from './certificate-name.ts';
import type { Der } from './der.ts';
import type { NameForm } from './facts.ts';

/** How the host is covered, the form that most clients accept first; `undefined` when no name covers it. */
export function coveringForm(altNames: readonly Der[], host: string): NameForm | undefined {
  const address = addressBytes(host);
  if (address) {
    const isNamed = altNames.some(({ tag, content }) => tag === GENERAL_NAME.ip && content.equals(address));
    return isNamed ? 'exact' : undefined;
  }
  const name = referenceName(host);
  if (name === undefined) return undefined;
  const names = altNames.filter(({ tag }) => tag === GENERAL_NAME.dns);
  const presented = new Set(names.map(({ content }) => withoutRootDot(asciiLower(content))));
  if (presented.has(name)) return 'exact';
  const dot = name.indexOf('.');
  if (dot <= 0) return undefined;
  const parent = name.slice(dot + 1);
  if (!presented.has(`*.${parent}`)) return undefined;
  return parent.includes('.') ? 'wildcard' : 'wildcard-over-one-label';
}

/** The name as it is in DNS: A-labels, lower case, no root dot (RFC 9525 §6.3). Underscores are kept. */
function referenceName(host: string): string | undefined {
  const name = withoutRootDot(host);
  // domainToASCII refuses nothing that is ASCII and no URL delimiter; only U-labels need it.
  const ascii = /^[\x21-\x7e]+$/.test(name) ? name.toLowerCase() : domainToASCII(name);
  return ascii === '' || ascii.startsWith('*') ? undefined : ascii;
}

const withoutRootDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** dNSName is an IA5String; bytes beyond ASCII are kept apart, so that they match nothing. */
const asciiLower = (content: Buffer): string =>
  content.toString('latin1').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** 4 or 16 bytes of an IP literal. */
function addressBytes(host: string): Buffer | undefined {
  switch (isIP(host)) {
    case 4:
      return Buffer.from(host.split('.').map(Number));
    case 6:
      return ipv6Bytes(host);
    default:
      return undefined;
  }
}

function ipv6Bytes(literal: string): Buffer {
  const [text = ''] = literal.split('%');
  // An IPv4 tail (`::ffff:192.0.2.1`) counts as two groups.
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [before = '', after] = hex.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...(after === undefined ? [] : zeros), ...tail];
  return Buffer.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}
