import { parse } from 'tldts';
import { isIP } from '../../net/ip.ts';

/**
 * The names at which a TXT record proves `host`, the host itself first and then upwards. RFC 9444 §4 lets an ancestor
 * domain prove the names below it; how far up is CA/Browser Forum BR §3.2.2.4 ("Authorization Domain Name"): down to
 * the domain that was registered and no further, by the Public Suffix List. Its private part is used as well, since
 * customers of a host such as github.io may hold records right below it. Nothing for an address.
 */
export function provingDomains(host: string): string[] {
  if (isIP(host) !== 0) return [];
  const { domain } = parse(host, { allowPrivateDomains: true, validateHostname: false });
  const domains = [host];
  if (domain === null || !host.endsWith(`.${domain}`)) return domains;
  let name = host;
  while (name !== domain) {
    name = name.slice(name.indexOf('.') + 1);
    domains.push(name);
  }
  return domains;
}

/** Whether the owner of this name controls the names below it: not for a suffix under which others register. */
export function rulesBelow(name: string): boolean {
  const { domain } = parse(name, { allowPrivateDomains: true, validateHostname: false });
  return domain !== null;
}
