/** What a listener's log decided, in words. */
import type { ReportTail } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import type { PageWords } from '../language/english.ts';
import { englishWording, type Wording } from '../language/wording.ts';
import { sideWords } from './terms.ts';
import { visible } from './visible.ts';

export interface JoinedWords {
  /** What was joined. */
  readonly about: string;
  readonly lines: readonly {
    readonly text: string;
    readonly cause?: string;
    readonly who?: string;
    readonly fix?: string;
  }[];
}

/** Of one endpoint after the other; more are in the data. */
const SHOWN = 40;

/** One line of visible text each; escape it for the format. */
export function joinedWords(
  { listeners = [] }: Pick<ReportTail, 'listeners'>,
  { words, phrase }: Wording = englishWording,
): JoinedWords[] {
  return listeners.map(({ decided, ...part }) => ({
    about: visible(`${aboutWords(part, words)}${unsignedWords(part, words)}`),
    lines: [
      ...decided.slice(0, SHOWN).map((one) => {
        const who = sideWords(one, words.side);
        return {
          text: visible(phrase(one.summary)),
          ...(one.cause !== undefined && { cause: visible(one.cause) }),
          ...(who !== undefined && one.cause !== undefined && { who: visible(who) }),
          ...(one.fix !== undefined && { fix: visible(phrase(one.fix)) }),
        };
      }),
      ...(decided.length > SHOWN ? [{ text: words.joined.more(decided.length - SHOWN) }] : []),
    ],
  }));
}

type JoinedPart = Omit<NonNullable<ReportTail['listeners']>[number], 'decided'>;

function aboutWords(
  { startedAt, endedAt, log, report, clockOffsetMs }: JoinedPart,
  { joined }: PageWords,
): string {
  if (log.unsigned !== undefined) return joined.unsigned(log.unsigned, log.sha256, report.sha256);
  const when =
    startedAt === undefined || endedAt === undefined ? '' : joined.ran(utc(startedAt), utc(endedAt));
  const clock = clockOffsetMs === undefined ? '' : offsetWords(clockOffsetMs, joined);
  return joined.log(when, clock, log.sha256, report.sha256);
}

/** A signature that was taken away is no signature: nobody can tell what else was changed. */
const unsignedWords = ({ report }: JoinedPart, { joined }: PageWords): string =>
  report.keyId === undefined ? joined.reportUnsigned : '';

function offsetWords(ms: number, { clockRight, clockAhead, clockBehind }: PageWords['joined']): string {
  if (Math.abs(ms) < 1_000) return clockRight;
  const seconds = Math.round(Math.abs(ms) / 1_000);
  return ms > 0 ? clockAhead(seconds) : clockBehind(seconds);
}
