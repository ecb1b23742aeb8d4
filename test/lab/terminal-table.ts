import type { PeerWords } from './peers/index.ts';
import type { Rounds } from './rounds.ts';
import type { Outcome } from './run-case.ts';
import type { Strays } from './strays.ts';
import { expectedWords, saidWords } from './words.ts';

/** The matrix for a terminal: ours in one line a case, what the others say below it. */
export function terminalTable(
  chapters: readonly { readonly title: string; readonly outcomes: readonly Outcome[] }[],
  peers: PeerWords,
): string {
  return chapters
    .map(({ title, outcomes }) =>
      [`\n${title}`, ...outcomes.flatMap((outcome) => rows(outcome, peers))].join('\n'),
    )
    .join('\n');
}

function rows(outcome: Outcome, peers: PeerWords): string[] {
  const { one, wrong, report } = outcome;
  const isRight = wrong.length === 0;
  return [
    `${isRight ? '✓' : '✗'} ${one.id.padEnd(28)} ${saidWords(outcome)}`,
    `    ${one.title} [${one.site.made || 'nothing'}]`,
    ...(isRight
      ? []
      : [
          `    EXPECTED ${expectedWords(one.expected)}`,
          ...wrong.map((text) => `    WRONG    ${text}`),
          `    SAID     ${report.summary}`,
        ]),
    ...[...(peers.get(one.id) ?? [])].map(([id, said]) => `    ${id.padEnd(9)} ${said}`),
  ];
}

export const roundLines = ({ rounds, tallies, said }: Rounds): string =>
  [
    `\n${rounds} rounds`,
    ...tallies.flatMap(({ title, cases, checks, failures }) => [
      `${failures.length === 0 ? '✓' : '✗'} ${title}: ${cases} cases, ${checks} checks, ${failures.length} failures`,
      ...failures.slice(0, 20).map((text) => `    ${text}`),
    ]),
    ...[...said].map(
      ([id, counts]) =>
        `    ${id.padEnd(34)} ${[...counts].map(([words, count]) => `${count} × ${words}`).join(', ')}`,
    ),
  ].join('\n');

export const strayLine = (strays: readonly Strays[]): string =>
  strays.length === 0
    ? '✓ No vantage sent a packet outside the laboratory (loopback, cloud metadata, other private networks)'
    : `✗ Packets left the laboratory: ${strays.map(({ vantage, packets }) => `${packets} from ${vantage}`).join(', ')}`;
