/** What a listener's log decided, in words. */
import type { ReportTail } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
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
export function joinedWords({ listeners = [] }: Pick<ReportTail, 'listeners'>): JoinedWords[] {
  return listeners.map(({ decided, ...part }) => ({
    about: visible(`${aboutWords(part)} of the report ${part.report.sha256}.${unsignedWords(part)}`),
    lines: [
      ...decided.slice(0, SHOWN).map((one) => {
        const who = sideWords(one);
        return {
          text: visible(one.summary),
          ...(one.cause !== undefined && { cause: visible(one.cause) }),
          ...(who !== undefined && one.cause !== undefined && { who: visible(who) }),
          ...(one.fix !== undefined && { fix: visible(one.fix) }),
        };
      }),
      ...(decided.length > SHOWN ? [{ text: `And ${decided.length - SHOWN} more: see the data.` }] : []),
    ],
  }));
}

type JoinedPart = Omit<NonNullable<ReportTail['listeners']>[number], 'decided'>;

function aboutWords({ startedAt, endedAt, log, clockOffsetMs }: JoinedPart): string {
  if (log.unsigned !== undefined)
    return `Joined with unsigned text that a person sent (${log.unsigned}): nobody has sealed it, and its clock is local. SHA-256 of the text ${log.sha256},`;
  const when =
    startedAt === undefined || endedAt === undefined
      ? ''
      : ` that ran from ${utc(startedAt)} to ${utc(endedAt)} by its own clock`;
  return `Joined with the log of a listener${when}${clockOffsetMs === undefined ? '' : `, which is ${offsetWords(clockOffsetMs)}`}. SHA-256 of the log ${log.sha256},`;
}

/** A signature that was taken away is no signature: nobody can tell what else was changed. */
const unsignedWords = ({ report }: JoinedPart): string =>
  report.keyId === undefined
    ? ' That report had no signature, so that nobody can tell whether it was altered before.'
    : '';

const offsetWords = (ms: number): string =>
  Math.abs(ms) < 1_000
    ? 'right to a second'
    : `${Math.round(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'ahead of' : 'behind'} the prober’s`;
