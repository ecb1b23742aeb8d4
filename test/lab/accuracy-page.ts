/** docs/accuracy.md, from what the laboratory has just seen. */
import type { LabCase } from './case.ts';
import type { InstalledPeer, PeerWords } from './peers/index.ts';
import type { Rounds } from './rounds.ts';
import type { Outcome } from './run-case.ts';
import type { Strays } from './strays.ts';
import { expectedWords, saidWords } from './words.ts';
import { ZONEMASTER, zonemasterRows } from './zonemaster-cases.ts';

export interface AccuracyFacts {
  readonly chapters: readonly { readonly title: string; readonly outcomes: readonly Outcome[] }[];
  readonly peers: readonly InstalledPeer[];
  readonly words: PeerWords;
  readonly rounds: Rounds;
  readonly strays: readonly Strays[];
  /** Name → version of what the laboratory is made of. */
  readonly software: ReadonlyMap<string, string>;
}

export function accuracyPage(facts: AccuracyFacts): string {
  const outcomes = facts.chapters.flatMap((chapter) => chapter.outcomes);
  const right = outcomes.filter(({ wrong }) => wrong.length === 0).length;
  return `${[
    '# How often the diagnosis is right',
    INTRODUCTION,
    `**${right} of ${outcomes.length} cases are named right**: verdict, states, cause, side and every other cause found. ${software(facts)}`,
    ...facts.chapters.flatMap(({ title, outcomes: own }) => [`## ${title}`, matrix(own)]),
    '## No false alarm, no false calm',
    roundsText(facts.rounds),
    '## No packet where none may go',
    strayText(facts.strays),
    '## What can’t be distinguished',
    ALIKE,
    indistinguishable(outcomes.map(({ one }) => one)),
    '## What other tools say of the same cases',
    PEERS,
    peerCalls(facts.peers),
    ...facts.chapters.flatMap(({ title, outcomes: own }) => {
      const table = peerTable(own, facts);
      return table === undefined ? [] : [`### ${title}`, table];
    }),
    zonemasterSection(),
  ].join('\n\n')}\n`;
}

/** Not made in the laboratory, so it is the same each time. */
export const zonemasterSection = (): string =>
  ['## Zonemaster’s test cases', ZONEMASTER, table(['Test case', 'About', 'Here'], zonemasterRows())].join(
    '\n\n',
  );

const INTRODUCTION = `Written by \`npm run lab\` (root, Linux, Debian packages as in .ci/run); not edited manually. The
laboratory is a small internet of network namespaces: vantages with source addresses of their own, a customer network
behind an nftables firewall, dnsmasq, a control host. Each fault is made there the way the world makes it, by packet
filters, routers and real servers; what a real server can't do, a small scripted one does. Each case is probed from its
vantages (v1, v2 and v3 unless the case is about vantages) by the engine's own code, and judged over all of them.`;

const ALIKE = `Some faults send the same packets. Such cases are listed here with the reason; in each pair both are
\`inconclusive\`, or both carry the same causes, so nothing is claimed that can't be known.

The vantages of the laboratory ask their kernel about the attempt that confirms a failure (Linux, with the optional
package koffi): who sent an ICMP error, what was acknowledged, which segment size works, how far packets get. A vantage
that can't do that, as the probers of the fleet and other systems than Linux, gives the causes that sockets alone prove:
\`tcp.refused\` or \`tcp.unreachable\` in the place of \`tcp.rejected-by-network\`; \`http.no-response\`,
\`tls.handshake-timeout\` and \`tcp.accepts-then-silent\` in the place of \`tcp.data-dropped\`, \`tcp.service-hangs\` and
\`tcp.path-mtu\`. Where the lost packets are those of a large ClientHello it gives \`tls.large-hello-dropped\`, which then names the path's MTU
as the other reason.

From one end they stay alike. With [a listener at the other end](listener.md#both-ends-joined) these are told apart: packets that the
way there, the way back or the host's own firewall swallows (\`path.never-arrived\`, \`path.reply-lost\`, \`path.host-firewall\`), a RST of a
firewall and one of a host on which nothing listens (\`path.never-arrived\`, \`path.nothing-listens\`), and a SYN proxy or a NAT rule that leads to
another machine (\`path.another-host\`). What stays alike even so: a service that hangs and one whose answers alone are lost, why a
balancer or a firewall ends a connection without a byte, and all that is about names and certificates.`;

const PEERS = `The same endpoints, asked by other testers from the case's first vantage, with the laboratory's root
certificate given to those that take one, bounded in time. Their words are shortened, not judged. None of them sees
more than one vantage or knows what must be closed; an empty cell means that the tool does not speak the protocol.`;

const cell = (text: string): string => text.replace(/[\\`|<>*_]/g, '\\$&').replace(/[\r\n]+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const matrix = (outcomes: readonly Outcome[]): string =>
  table(
    ['', 'Case', 'Made by', 'Expected', 'Said'],
    outcomes.map((outcome) => [
      outcome.wrong.length === 0 ? '✓' : '✗',
      `${outcome.one.id}: ${outcome.one.title}`,
      outcome.one.site.made || 'nothing',
      expectedWords(outcome.one.expected),
      saidWords(outcome),
    ]),
  );

const software = ({ software: all }: AccuracyFacts): string =>
  `Made with ${[...all].map(([name, version]) => `${name} ${version}`).join(', ')}.`;

function roundsText({ rounds, tallies }: Rounds): string {
  const rows = tallies.map(({ title, cases, checks, failures }) => [
    title.replaceAll('`', ''),
    String(cases),
    String(checks),
    String(failures.length),
  ]);
  return `The same cases ${rounds} times each, while two other processes keep both cores busy. A check is one endpoint
seen from one vantage.\n\n${table(['', 'Cases', 'Checks', 'Failures'], rows)}`;
}

const strayText = (strays: readonly Strays[]): string =>
  `Names, redirects and mapped addresses of these cases lead to loopback, to cloud metadata and to private networks. Every
vantage's kernel counts the packets that leave it for anywhere but the laboratory, over all cases and rounds: ${
    strays.length === 0
      ? 'there was none.'
      : strays.map(({ vantage, packets }) => `${packets} from ${vantage}`).join(', ')
  }`;

const indistinguishable = (cases: readonly LabCase[]): string =>
  table(
    ['Case', 'Looks like', 'Why'],
    cases
      .filter(({ indistinguishableFrom = [] }) => indistinguishableFrom.length > 0)
      .map(({ id, indistinguishableFrom = [], reason = '' }) => [
        id,
        indistinguishableFrom.join(', '),
        reason,
      ]),
  );

const peerCalls = (peers: readonly InstalledPeer[]): string =>
  peers.length === 0
    ? 'None of them is installed here.'
    : peers.map(({ peer, version }) => `- ${peer.title} ${version}: \`${peer.call}\``).join('\n');

function peerTable(outcomes: readonly Outcome[], { peers, words }: AccuracyFacts): string | undefined {
  const asked = peers.filter(({ peer }) => outcomes.some(({ one }) => words.get(one.id)?.has(peer.id)));
  if (asked.length === 0) return undefined;
  return table(
    ['Case', 'Inbound Check', ...asked.map(({ peer }) => peer.title)],
    outcomes
      .filter(({ one }) => words.has(one.id))
      .map(({ one, report }) => [
        one.id,
        report.cause ?? report.verdict,
        ...asked.map(({ peer }) => words.get(one.id)?.get(peer.id) ?? ''),
      ]),
  );
}
