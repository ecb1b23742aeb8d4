/** Where a run's objects are in the run bucket. Ids contain only letters, digits, `-` and `_`, so a key can't name a parent folder. */
import type { ReportLanguage } from '../../report/language/report-language.ts';

/** One vantage in one attempt of a run. */
export interface BatchPlace {
  readonly runId: string;
  readonly attempt: number;
  readonly vantage: string;
}

export const runPrefix = (runId: string): string => `runs/${runId}/`;
export const planKey = (runId: string): string => `${runPrefix(runId)}plan.json`;
/** A batch too large for the state; written by plan and judge, read by the dispatcher. */
export const batchKey = (runId: string, attempt: number, vantage: string): string =>
  `${runPrefix(runId)}batches/${attempt}-${vantage}.json`;
/**
 * What a vantage saw; written by the dispatcher, read by the judge. With the hash of the contents in it, because
 * a dispatcher that was given up and called again may still be at work: neither overwrites the other's result.
 */
export const rawKey = (runId: string, attempt: number, vantage: string, sha256: string): string =>
  `${runPrefix(runId)}raw/${attempt}-${vantage}-${sha256.slice(0, 12)}.json`;
/** What a vantage has seen before it has answered; written again and again, and read by whoever follows the run and by the judge. */
export const earlyKey = ({ runId, attempt, vantage }: BatchPlace): string =>
  `${runPrefix(runId)}early/${attempt}-${vantage}.json`;
/**
 * What the judge found of one attempt at all vantages; read by the report, and by the judge of the next attempt. With
 * the hash of the contents in it, as a judge that was given up may still be at work, too.
 */
export const judgedKey = (runId: string, attempt: number, sha256: string): string =>
  `${runPrefix(runId)}judged/${attempt}-${sha256.slice(0, 12)}.json`;
/** `target`: index of the target in the plan; its name may hold anything. */
export const reportKey = (runId: string, target: number, extension: string): string =>
  `${runPrefix(runId)}${target}/report.${extension}`;
/** The same page in another language lies beside the English one, at the address made of its key. */
export const pageKey = (english: string, language: ReportLanguage): string =>
  language === 'en' ? english : english.replace(/html$/, `${language}.html`);
export const reportObjects = (
  runId: string,
  target: number,
): { readonly json: string; readonly html: string } => ({
  json: reportKey(runId, target, 'json'),
  html: reportKey(runId, target, 'html'),
});
/** The report joined with logs of listeners; with the hash of its contents, as the one before it stays. */
export const joinedKey = (runId: string, target: number, sha256: string, extension: string): string =>
  `${runPrefix(runId)}${target}/joined-${sha256.slice(0, 12)}.${extension}`;
/**
 * What probers need to challenge listeners; written by the API, read by the dispatcher, and by nobody else. Beside the runs, since it
 * is kept for a day.
 */
export const LISTENER_SECRETS = 'listener-secrets/';
export const listenerSecretKey = (runId: string): string => `${LISTENER_SECRETS}${runId}.json`;
/** There while the fleet is stopped: a `StopNotice`. */
export const STOP_KEY = 'control/stop.json';
/** A share's copies are its own, so that they neither change nor go when the run's do. */
export const shareKey = (id: string, extension: 'html' | 'json'): string =>
  `shares/${id}/report.${extension}`;
/** Of what a visitor of the link started: 1 is the first. */
export const shareRunKey = (id: string, number: number, extension: 'html' | 'json'): string =>
  `shares/${id}/${number}/report.${extension}`;
