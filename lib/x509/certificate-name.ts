/** Distinguished names and general names of a certificate as text. All of this text is untrusted. */
import { printable } from '../net/printable.ts';
import { type Der, oidText, readAll, TAG } from './der.ts';

/** Longest distinguished name and longest alternative name shown, in characters. */
const NAME_LIMIT = 300;
const ATTRIBUTE_LIMIT = 120;

/** Short names of attribute types (RFC 4514 §3, RFC 4519, RFC 2985). */
const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** A Name as RFC 4514 writes it, most specific part first (`CN=www.example.com, O=Example`), printable and bounded. */
export function nameText(name: Der): string {
  const parts: string[] = [];
  for (const rdn of readAll(name.content) ?? []) {
    for (const attribute of readAll(rdn.content) ?? []) {
      const [type, value] = readAll(attribute.content) ?? [];
      if (!type || !value) continue;
      const oid = oidText(type.content);
      const text = printable(directoryString(value), ATTRIBUTE_LIMIT).replace(/[,+"<>;=]/g, '\\$&');
      parts.push(`${ATTRIBUTE_TYPES[oid] ?? oid}=${text}`);
    }
  }
  return printable(parts.reverse().join(', '), NAME_LIMIT);
}

/** X.520 DirectoryString by its tag: text, or bytes that are UTF-8 or a subset of it. */
export function directoryString({ tag, content }: Der): string | Buffer {
  switch (tag) {
    case TAG.bmpString:
      return Buffer.from(content.subarray(0, content.length & ~1))
        .swap16()
        .toString('utf16le');
    case TAG.universalString: {
      const units = Array.from({ length: Math.min(content.length >> 2, NAME_LIMIT) }, (_, at) =>
        content.readUInt32BE(at * 4),
      );
      return units.map((unit) => (unit <= 0x10ffff ? String.fromCodePoint(unit) : '\ufffd')).join('');
    }
    case TAG.teletexString:
      return content.toString('latin1');
    default:
      return content;
  }
}

/** Context tags of GeneralName (RFC 5280 §4.2.1.6). */
export const GENERAL_NAME = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, ip: 0x87 } as const;

/**
 * A dNSName or iPAddress as `DNS:www.example.com` or `IP:192.0.2.1`; other forms do not concern a server's name.
 * A dNSName that holds a separator of lists is quoted, or it would read as two names.
 */
export function altNameText({ tag, content }: Der): string | undefined {
  if (tag === GENERAL_NAME.ip) return `IP:${addressText(content)}`;
  if (tag !== GENERAL_NAME.dns) return undefined;
  const text = printable(content, NAME_LIMIT).toLowerCase();
  return /[\s,;"]/.test(text) ? `DNS:${JSON.stringify(text)}` : `DNS:${text}`;
}

/** An iPAddress of 4 or 16 bytes; others are shown as hex. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return printable(bytes.toString('hex'), 64);
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':');
  // RFC 5952 §4.2: the longest run of zero groups, the first of equals, becomes `::`; a single group does not.
  const longest = [...groups.matchAll(/\b0(?::0)+\b/g)].sort(
    (a, b) => b[0].length - a[0].length || a.index - b.index,
  )[0];
  if (!longest) return groups;
  const before = groups.slice(0, longest.index).replace(/:$/, '');
  const after = groups.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
