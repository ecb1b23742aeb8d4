/** nameConstraints of a CA (RFC 5280 §4.2.1.10) applied to a certificate below it. What can't be judged is a violation. */

import { printable } from '../net/printable.ts';
import type { ParsedCertificate } from './certificate.ts';
import { nameKey } from './certificate.ts';
import { addressText, GENERAL_NAME, nameText } from './certificate-name.ts';
import { type Der, oidText, readAll, readSequence } from './der.ts';

const COMMON_NAME = '2.5.4.3';
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i;
/** Most comparisons for one certificate: 1,000 names against 1,000 subtrees must not stop the probe. */
const MAX_COMPARISONS = 20_000;

/** Why `certificate` is outside the constraints, as half a sentence; `undefined` when it is within. */
export function constraintViolation(constraints: Buffer, certificate: ParsedCertificate): string | undefined {
  const fields = readSequence(constraints);
  if (!fields) return 'the name constraints cannot be read';
  const permitted = subtreesOf(fields.find(({ tag }) => tag === 0xa0));
  const excluded = subtreesOf(fields.find(({ tag }) => tag === 0xa1));
  if (!permitted || !excluded) return 'the name constraints cannot be read';
  const names = constrainedNames(certificate);
  if (names.length * (permitted.length + excluded.length) > MAX_COMPARISONS) {
    return 'there are too many names to judge';
  }
  for (const name of names) {
    const within = (base: Der): boolean | undefined => isWithin(name, base);
    const allowed = permitted.filter(({ tag }) => tag === name.tag).map(within);
    const denied = excluded.filter(({ tag }) => tag === name.tag).map(within);
    if ([...allowed, ...denied].includes(undefined))
      return `${describe(name)} is of a kind that is not judged here`;
    if (denied.includes(true)) return `${describe(name)} is excluded`;
    if (allowed.length > 0 && !allowed.includes(true))
      return `${describe(name)} is not among the permitted names`;
  }
  return undefined;
}

/** The bases of GeneralSubtrees; none when the field is absent, `undefined` when malformed. */
function subtreesOf(field: Der | undefined): Der[] | undefined {
  if (!field) return [];
  const bases: Der[] = [];
  for (const subtree of readAll(field.content) ?? [undefined]) {
    const base = subtree && readAll(subtree.content)?.[0];
    if (!base) return undefined;
    bases.push(base);
  }
  return bases;
}

/** Alternative names, the subject, and a common name that takes the place of a missing dNSName. */
function constrainedNames(certificate: ParsedCertificate): Der[] {
  const { altNames, subjectName } = certificate;
  const names = [...altNames];
  const attributes = (readAll(subjectName.content) ?? []).flatMap((rdn) => readAll(rdn.content) ?? []);
  if (attributes.length > 0) {
    names.push({ tag: GENERAL_NAME.directory, content: subjectName.whole, whole: subjectName.whole });
  }
  if (altNames.some(({ tag }) => tag === GENERAL_NAME.dns)) return names;
  for (const attribute of attributes) {
    const [type, value] = readAll(attribute.content) ?? [];
    if (!type || !value || oidText(type.content) !== COMMON_NAME) continue;
    if (HOST_NAME.test(value.content.toString('latin1'))) names.push({ ...value, tag: GENERAL_NAME.dns });
  }
  return names;
}

function isWithin(name: Der, base: Der): boolean | undefined {
  switch (name.tag) {
    case GENERAL_NAME.dns: {
      const host = name.content.toString('latin1').toLowerCase();
      // A leading dot is not in the standard for DNS names but is used; it asks for at least one more label.
      const suffix = base.content.toString('latin1').toLowerCase();
      if (suffix === '') return true;
      if (suffix.startsWith('.')) return host.endsWith(suffix);
      return host === suffix || host.endsWith(`.${suffix}`);
    }
    case GENERAL_NAME.email:
      return isMailWithin(name.content.toString('latin1'), base.content.toString('latin1'));
    case GENERAL_NAME.uri: {
      // The host of the authority part alone counts; a URI without one can't be judged (§4.2.1.10).
      const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@[\]]+)/i.exec(
        name.content.toString('latin1'),
      )?.[1];
      return host === undefined ? undefined : isHostWithin(host, base.content.toString('latin1'));
    }
    case GENERAL_NAME.ip: {
      const size = name.content.length;
      if (base.content.length !== size * 2) return false;
      return name.content.every(
        (byte, at) => ((byte ^ (base.content[at] ?? 0)) & (base.content[size + at] ?? 0)) === 0,
      );
    }
    case GENERAL_NAME.directory: {
      const subject = readSequence(name.content);
      const prefix = readSequence(base.content);
      if (!subject || !prefix) return undefined;
      const key = (rdns: Der[]) =>
        nameKey({ tag: 0x30, content: Buffer.concat(rdns.map((rdn) => rdn.whole)), whole: Buffer.alloc(0) });
      return key(subject.slice(0, prefix.length)) === key(prefix);
    }
    default:
      return undefined;
  }
}

/** A mailbox within a mailbox, a host (`example.com`) or the hosts of a domain (`.example.com`). */
function isMailWithin(mailbox: string, base: string): boolean {
  const at = mailbox.lastIndexOf('@');
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return isHostWithin(mailbox.slice(at + 1), base);
  // The local part is case-sensitive, the host is not.
  return (
    mailbox.slice(0, at) === base.slice(0, baseAt) &&
    mailbox.slice(at + 1).toLowerCase() === base.slice(baseAt + 1).toLowerCase()
  );
}

/** For mailboxes and URIs a base without leading dot is one host alone, other than for DNS names. */
function isHostWithin(host: string, base: string): boolean {
  const name = host.toLowerCase();
  const suffix = base.toLowerCase();
  return suffix === '' || (suffix.startsWith('.') ? name.endsWith(suffix) : name === suffix);
}

function describe(name: Der): string {
  switch (name.tag) {
    case GENERAL_NAME.ip:
      return addressText(name.content);
    case GENERAL_NAME.directory: {
      const rdns = readSequence(name.content);
      return rdns
        ? nameText({ tag: 0x30, content: Buffer.concat(rdns.map((rdn) => rdn.whole)), whole: name.content })
        : 'a name';
    }
    default:
      return printable(name.content, 120);
  }
}
