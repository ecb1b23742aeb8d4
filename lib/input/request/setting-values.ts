/** The spellings of single settings, shared by the command line and targets files. */
import { X509Certificate } from 'node:crypto';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { type ControlSpec, FamilyChoice, type ResolvePin } from '../../model/request.ts';
import { parseAnchor } from '../../net/dnssec/anchors.ts';
import { hostPort } from '../../net/host-port.ts';
import { parseHost } from './host.ts';
import { parseHostPort, parsePort } from './quantities.ts';
import { quote } from './quote.ts';
import { readText } from './read-text.ts';

export function parseFamily(text: string): ParseResult<FamilyChoice> {
  const family = FamilyChoice.safeParse(text);
  return family.success ? parsed(family.data) : inputError(`expected 4, 6 or both, not ${quote(text)}`);
}

/** `HOST:PORT:ADDR[,ADDR…]` as curl's --resolve; an IPv6 address may be in brackets. One pin for each address. */
export function parseResolve(text: string): ParseResult<ResolvePin[]> {
  const match = /^(\[[^\]]*\]|[^:]+):([^:]*):(.+)$/.exec(text);
  if (!match)
    return inputError(`expected HOST:PORT:ADDRESS, as www.example.com:443:93.184.215.14, not ${quote(text)}`);
  const host = parseHost(match[1] ?? '');
  if (!host.ok) return host;
  const port = parsePort(match[2] ?? '');
  if (!port.ok) return port;
  const pins: ResolvePin[] = [];
  for (const addressText of (match[3] ?? '').split(',')) {
    const address = parseAddress(addressText);
    if (!address.ok) return address;
    pins.push({ host: host.value.host, port: port.value, address: address.value });
  }
  return parsed(pins);
}

/** `PORT=HOST[:PORT]`: a host known to answer on that port. */
export function parseControl(text: string): ParseResult<ControlSpec> {
  const at = text.indexOf('=');
  if (at < 0) return inputError(`expected PORT=HOST:PORT, as 25=mx.example.com:25, not ${quote(text)}`);
  const port = parsePort(text.slice(0, at));
  if (!port.ok) return port;
  const target = parseHostPort(text.slice(at + 1), port.value);
  if (!target.ok) return target;
  return parsed({ port: port.value, host: target.value.host, hostPort: target.value.port });
}

/** A DNS server: `address`, `address:port` or `[v6]:port`, as the resolver accepts it. */
export function parseDnsServerSetting(text: string): ParseResult<string> {
  const bare = parseAddress(text);
  if (bare.ok) return bare;
  const server = parseHostPort(text);
  if (!server.ok || server.value.literal === 0)
    return inputError(
      `expected the IP address of a DNS server, as 9.9.9.9 or [2620:fe::fe]:53, not ${quote(text)}`,
    );
  return parsed(hostPort(server.value.host, server.value.port));
}

/** A DS record as zone files write it, and as dnssec-signzone leaves it in `dsset-ZONE`. */
export function parseDnssecAnchor(text: string): ParseResult<string> {
  return parseAnchor(text) === undefined
    ? inputError(`${quote(text)}: no DS record such as '. 20326 8 2 E06D44…'`)
    : parsed(text.trim());
}

export function parseAddress(text: string): ParseResult<string> {
  const host = parseHost(text);
  return host.ok && host.value.literal !== 0
    ? parsed(host.value.host)
    : inputError(`expected an IP address, not ${quote(text)}`);
}

/** The name given in EHLO (RFC 5321 §4.1.1.1: a domain name; an address literal proves nothing about the prober). */
export function parseEhloName(text: string): ParseResult<string> {
  const host = parseHost(text);
  if (!host.ok) return host;
  return host.value.literal === 0
    ? parsed(host.value.host)
    : inputError(`expected the prober's own host name, not the address ${quote(text)}`);
}

/** Bytes of a contact: a User-Agent of many hundreds is refused by some filters. */
const MOST_CONTACT = 200;

/**
 * An https or mailto URL, as it is in the User-Agent (a comment, RFC 9110 §5.6.5) and on the page: printable ASCII
 * without spaces, brackets, quotation marks and backslashes, no user name or password.
 */
export function parseContact(text: string): ParseResult<string> {
  const expected =
    'expected an https or mailto URL, as https://example.com/contact or mailto:noc@example.com';
  if (text.length > MOST_CONTACT) return inputError(`a contact has ${MOST_CONTACT} characters at most`);
  if (!/^(https:\/\/|mailto:)[\x21-\x7e]+$/i.test(text)) return inputError(`${expected}, not ${quote(text)}`);
  if (/[()<>[\]{}"'`\\]/.test(text))
    return inputError(`${expected}, without brackets, quotation marks and backslashes, not ${quote(text)}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWhole =
    url?.protocol === 'mailto:'
      ? /^[^@?]+@[^@?]+(\?|$)/.test(url.pathname)
      : url !== undefined && url.hostname !== '' && url.username === '' && url.password === '';
  return isWhole ? parsed(text) : inputError(`${expected}, not ${quote(text)}`);
}

/** Reads PEM certificates; each is returned as a separate text. */
export async function readTrustAnchors(path: string): Promise<ParseResult<string[]>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const blocks =
    text.value.match(
      /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g,
    ) ?? [];
  if (blocks.length === 0)
    return inputError(`${quote(path)}: no PEM certificate in it (-----BEGIN CERTIFICATE-----)`);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      return inputError(`${quote(path)}: certificate ${index + 1} of ${blocks.length} can't be read`);
    }
  }
  return parsed(blocks.map((block) => `${block}\n`));
}
