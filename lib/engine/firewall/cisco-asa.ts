import { type CheckedFlow, netmask, type Source, seenComment } from './flow.ts';
import type { FirewallWriter } from './writer.ts';

const anyOf = ({ family }: CheckedFlow): string => (family === 4 ? 'any4' : 'any6');

const asaSource = (source: Source, family: 4 | 6): string => {
  const single = source.prefix === (family === 4 ? 32 : 128);
  if (single) return `host ${source.address}`;
  return family === 4 ? `${source.address} ${netmask(source.prefix)}` : `${source.address}/${source.prefix}`;
};

/**
 * Cisco ASA 9.0 and later (one access list for IPv4 and IPv6). Since 8.3 an access rule names the real address of a
 * server behind NAT, not the mapped one. No `access-group` here: it would replace the list that is bound now.
 * https://www.cisco.com/c/en/us/td/docs/security/asa/asa914/configuration/firewall/asa-914-firewall-config/access-acls.html (not opened)
 */
function rule(flow: CheckedFlow): string {
  const sources =
    flow.sources.length === 0 ? [anyOf(flow)] : flow.sources.map((source) => asaSource(source, flow.family));
  const verb = flow.action === 'allow' ? 'permit' : 'deny';
  return [
    '! OUTSIDE_IN: the list bound to the outside interface ("show running-config access-group" names it).',
    `! Behind NAT: the server's real (inside) address in place of ${flow.address}.`,
    'configure terminal',
    ...sources.map(
      (source) =>
        `access-list OUTSIDE_IN line 1 extended ${verb} ${flow.protocol} ${source} host ${flow.address} eq ${flow.port}${verb === 'deny' ? ' log' : ''}`,
    ),
    'end',
    'write memory',
  ].join('\n');
}

export const ciscoAsa: FirewallWriter = {
  id: 'cisco-asa',
  product: 'Cisco ASA',
  rule,
  find: (flow) => {
    const source = flow.seen.source ?? 'SOURCE';
    return [
      `packet-tracer input outside ${flow.protocol} ${source} 40000 ${flow.address} ${flow.port} detailed`,
      `capture ic interface outside match ${flow.protocol} ${flow.seen.source === undefined ? anyOf(flow) : `host ${source}`} host ${flow.address} eq ${flow.port}`,
      'show capture ic',
      ...seenComment(flow).map((line) => line.replace(/^#/, '!')),
    ].join('\n');
  },
};
