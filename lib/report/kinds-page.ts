/** docs/kinds.md: what the descriptors say about each kind, for people. */
import type { KindDescriptor, UriForm } from '../kinds/contract/descriptor.ts';
import { descriptorOf } from '../kinds/descriptors.ts';
import { KINDS, type Kind } from '../model/vocabulary.ts';

const AFTER_SCHEME = {
  host: 'host[:port]',
  path: 'host[:port]/path?query',
  send: 'host:port[?send=TEXT]',
  question: 'name or server[:port]/name',
} as const satisfies Record<UriForm, string>;

const TLS = {
  implicit: 'from the first byte',
  starttls: 'the session may turn to it',
  usual: 'from the first byte on ports that usually have it',
  none: 'none',
} as const satisfies Record<KindDescriptor['tls'], string>;

const SILENCE = {
  'control-decides':
    'dropped by a firewall, if a control on the same port answered; inconclusive, if none did',
  'resolver-decides': 'the next name server is asked',
} as const satisfies Record<KindDescriptor['silence'], string>;

function pacingWords({ oneAtATime, pauseMs }: KindDescriptor['pacing']): string {
  const words = [
    ...(oneAtATime ? ['one connection to an address at a time'] : []),
    ...(pauseMs > 0
      ? [`a gate waits ${pauseMs / 60_000} minutes between two visits of a peer that answered`]
      : []),
  ];
  return words.join('; ') || 'none needed';
}

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const inShort = (kind: Kind): string => {
  const { transport, defaultPort, timeoutMs, tls, uri } = descriptorOf(kind);
  return tableRow([
    `[${kind}](#${kind})`,
    `\`${kind}://${AFTER_SCHEME[uri]}\``,
    transport.toUpperCase(),
    defaultPort === undefined ? 'to be named' : String(defaultPort),
    `${timeoutMs / 1_000} s`,
    TLS[tls],
  ]);
};

/** What is dialled. */
const PEERS = {
  host: 'Each address of the host is probed.',
  found:
    'The host is a mail domain: each address of each of its MX records is visited, half of the budget for each session.',
  none: 'A name server is asked about the name; the addresses found are not dialled.',
} as const;

function section(kind: Kind): string[] {
  const { title, dialsHost, findsPeers, answer, silence, pacing, assertions } = descriptorOf(kind);
  return [
    `## ${kind}`,
    '',
    `${title}. ${PEERS[dialsHost ? 'host' : findsPeers ? 'found' : 'none']}`,
    '',
    `- An answer of the peer: ${answer}.`,
    `- No answer at all: ${SILENCE[silence]}.`,
    `- Pacing: ${pacingWords(pacing)}.`,
    `- Assertions: ${assertions.length === 0 ? 'none' : assertions.map((name) => `\`${name}\``).join(', ')}.`,
    '',
  ];
}

export const kindsPage = (): string =>
  [
    '# Kinds of probes',
    '',
    '<!-- Written by bin/kinds.ts from the descriptors in lib/kinds; change them there. -->',
    '',
    'What an endpoint can be asked in. The budget is for one probe of one address, unless `--timeout` names another one. ' +
      'A completed TCP handshake is never an answer: SYN proxies complete it for dead servers.',
    '',
    tableRow(['kind', 'URI', 'transport', 'default port', 'budget', 'TLS']),
    '|---|---|---|---|---|---|',
    ...KINDS.map(inShort),
    '',
    ...KINDS.flatMap(section),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
