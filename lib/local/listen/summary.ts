import { isoTime } from '../../net/clock.ts';
import { portLine } from './screen.ts';
import type { SessionResult } from './session.ts';

/** What a proof does not prove; on the screen, in the help and in docs/listener.md. */
export const LIMIT = [
  'A proof proves the path to this host, and not the rule for the product that will use the port:',
  'a rule of Windows can name one program, and what Docker publishes passes another chain.',
  'Check once more when the product runs.',
];

/** Below this the minute alone would be wrong by a good part of the time. */
const SHOWS_SECONDS_MS = 300_000;

/** The first line on the screen. @param now epoch ms */
export function beginLine(now: number, forMs: number): string {
  const until = isoTime(now + forMs).replace('T', ' ');
  return `Listening until ${until.slice(0, forMs < SHOWS_SECONDS_MS ? 19 : 16)} UTC; Ctrl-C ends it. Times are UTC.`;
}

/** The last lines on the screen. */
export function summaryLines({ endedAt, reason, ports, leftOut }: SessionResult): readonly string[] {
  const width = Math.max(...ports.map(({ opening }) => String(opening.port).length));
  return [
    `Ended ${endedAt.slice(11, 19)} UTC${reason === 'time' ? ', as its time is over' : ''}; the ports are closed again.`,
    ...ports.map((state) => {
      const { proofs, others } = state;
      const counted =
        proofs + others > 0 ? ` (${proofs} answered with a proof, ${others} without our challenge)` : '';
      return `  ${portLine(state, width)}${counted}`;
    }),
    ...(leftOut > 0 ? [`  ${leftOut} more connections were counted and not listed.`] : []),
    ...LIMIT,
  ];
}
