/**
 * What an attempt from an office means beside what the outside saw. A browser hides why something failed, and which page
 * answered, so nothing is claimed of that. Pure.
 */
import { utc } from '../../../model/units.ts';
import type { OfficeMeaning, OfficeOutcome, OfficeSaw, OutsideView } from '../../state/offices.ts';

export interface OfficeJudgement {
  readonly meaning: OfficeMeaning;
  /** In words, for a ticket: one line. */
  readonly says: string;
}

/** Beyond that, something may have changed between the two. */
const CLOSE_MS = 15 * 60_000;

export function judgeOffice(outcome: OfficeOutcome, outside: OutsideView): OfficeJudgement {
  const meaning = meaningOf(reachedIt(outcome.saw), outside);
  return { meaning, says: `${wordsOf(meaning, outcome, outside)}${caveatOf(meaning, outcome, outside)}` };
}

/** Undefined: nobody can tell. */
function reachedIt(saw: OfficeSaw): boolean | undefined {
  switch (saw) {
    case 'answered':
    case 'redirected':
    case 'opened':
    case 'connected':
      return true;
    case 'silent':
    case 'not-opened':
    case 'not-connected':
      return false;
    case 'failed':
      return undefined;
    default:
      return saw satisfies never;
  }
}

function meaningOf(office: boolean | undefined, { reached, of }: OutsideView): OfficeMeaning {
  if (office === undefined) return 'undecided';
  if (of === 0) return 'no-outside';
  if (reached > 0 && reached < of) return 'outside-differs';
  if (reached === of) return office ? 'both-reach' : 'office-path';
  return office ? 'office-alone' : 'neither';
}

/** What was seen from there, as the end of "this office …". */
export function sawWords({ saw, ms }: Pick<OfficeOutcome, 'saw' | 'ms'>): string {
  const after = ms === undefined ? '' : ` after ${spent(ms)}`;
  switch (saw) {
    case 'answered':
      return `got an answer${after}`;
    case 'redirected':
      return `got an answer that leads to another address${after}`;
    case 'silent':
      return `got no answer${ms === undefined ? '' : ` within ${spent(ms)}`}`;
    case 'failed':
      return `got nothing that its browser would show${after}`;
    case 'opened':
      return 'opened it, says the visitor';
    case 'not-opened':
      return 'could not open it, says the visitor';
    case 'connected':
      return 'connected, says the visitor';
    case 'not-connected':
      return 'could not connect, says the visitor';
    default:
      return saw satisfies never;
  }
}

/** A browser's clock is no finer. */
export const spent = (ms: number): string =>
  ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`;

/** A station's own network is not the internet, and is not called so. */
export const fromWords = ({ where }: Pick<OutsideView, 'where'>): string =>
  where === 'internet' ? 'From outside' : 'From the network where the check ran';

const outsideWords = (outside: OutsideView): string =>
  `${fromWords(outside)} ${outside.reached} of ${outside.of} ${outside.of === 1 ? 'place' : 'places'} got an answer at ${utc(outside.at)}`;

const officeWords = (outcome: OfficeOutcome): string =>
  `this office${outcome.address === undefined ? '' : ` at ${outcome.address}`} ${sawWords(outcome)} at ${utc(outcome.at)}`;

function wordsOf(meaning: OfficeMeaning, outcome: OfficeOutcome, outside: OutsideView): string {
  const seen = `${outsideWords(outside)}; ${officeWords(outcome)}`;
  switch (meaning) {
    case 'both-reach':
      return `${seen}: the way from this office is open.`;
    case 'office-path':
      return `${seen}: it is the path of this office (its proxy, DNS or outbound filter), or the far end shuts out this office's address. The server answers others.`;
    case 'office-alone':
      return `${seen}: the way is open for this office, and not for the places of the check, as with an allow-list or a path inside the network.`;
    case 'neither':
      return `${seen}: this office alone is not the reason; the report says what the check met.`;
    case 'outside-differs':
      return `${seen}: already the places of the check do not agree, so it depends on where somebody comes from.`;
    case 'undecided':
      return `${seen}. A browser hides why: a connection that was refused, a name that was not found, a certificate that it does not accept, an extension, or a server that lets no other page use its answers. Whoever opens the address there can tell.`;
    case 'no-outside':
      return `${officeWords(outcome).replace(/^t/, 'T')}; by the check nothing was decided at ${utc(outside.at)}.`;
    default:
      return meaning satisfies never;
  }
}

function caveatOf(meaning: OfficeMeaning, { saw, at }: OfficeOutcome, outside: OutsideView): string {
  const hides =
    (meaning === 'both-reach' || meaning === 'office-alone' || meaning === 'no-outside') &&
    (saw === 'answered' || saw === 'redirected')
      ? ' A browser does not show which page answered: that of a filter on the way counts, too.'
      : '';
  const between = Math.abs(Date.parse(at) - Date.parse(outside.at));
  const isOld = between > CLOSE_MS && (meaning === 'office-path' || meaning === 'office-alone');
  return isOld ? `${hides} Between the two lie ${span(between)}: check once more first.` : hides;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function span(ms: number): string {
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} minutes`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} hours` : `${Math.round(ms / DAY_MS)} days`;
}
