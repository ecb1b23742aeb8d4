import { hostname, networkInterfaces } from 'node:os';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * The name that a client gives in EHLO (RFC 5321 §4.1.1.1, §4.1.3): its fully qualified host name if it has one, else
 * the address that it sends from as an address literal. Servers reject names without a dot and underscores
 * (reject_non_fqdn_helo_hostname).
 */
export function ehloName(name: string = hostname(), interfaces = networkInterfaces()): string {
  const labels = name.replace(/\.$/, '').split('.');
  const qualified = labels.length > 1 && name.length <= 253 && labels.every((label) => LABEL.test(label));
  // A name whose last label has only digits is an address (RFC 3696 §2).
  if (qualified && !/^\d+$/.test(labels.at(-1) ?? '') && labels.at(-1) !== 'localdomain')
    return labels.join('.').toLowerCase();
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return `[${own?.address ?? '127.0.0.1'}]`;
}
