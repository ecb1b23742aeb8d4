/** The history of endpoints as lines of plain text. */

import { changesBetween } from '../engine/compare/changes.ts';
import type { EndpointRecord, PastRun } from '../engine/history.ts';
import { utc } from '../model/units.ts';
import { VERDICT_TITLE } from './language/common-words.ts';
import { count, VERDICT_SYMBOL } from './words/terms.ts';

/** @param all list every run with what changed in it, not only the present state */
export function historyLines(records: readonly EndpointRecord[], all: boolean): string[] {
  const lines: string[] = [];
  let target: string | undefined;
  for (const record of records) {
    if (record.target !== target) lines.push(record.target);
    target = record.target;
    lines.push(`  ${stripOf(record)}  ${record.endpoint}`, `      ${presentState(record)}`);
    if (all) lines.push(...record.runs.flatMap((run, index) => runLines(run, record.runs[index - 1])));
  }
  return lines;
}

/** `✓✓✗✗?`: the last runs, the newest last. */
const stripOf = ({ runs }: EndpointRecord): string =>
  runs.map(({ state }) => VERDICT_SYMBOL[state.verdict]).join('');

function presentState({ runs, proven, unprovenSince, lastGood }: EndpointRecord): string {
  const last = runs.at(-1);
  const parts: string[] = [];
  if (proven !== undefined)
    parts.push(
      `${VERDICT_TITLE[proven.verdict]}${proven.cause === undefined ? '' : ` (${proven.cause})`} ${proven.atLeast ? 'at least since' : 'since'} ${utc(proven.since)}`,
    );
  if (unprovenSince !== undefined) parts.push(`nothing proven since ${utc(unprovenSince)}`);
  if (lastGood !== undefined && lastGood.run !== last?.run) parts.push(`last passed ${utc(lastGood.at)}`);
  parts.push(`${count(runs.length, 'run')} kept`);
  return parts.join('; ');
}

function runLines({ at, state, run }: PastRun, before: PastRun | undefined): string[] {
  const cause = state.causes[0] === undefined ? '' : ` (${state.causes.join(', ')})`;
  const changes = before === undefined ? [] : changesBetween(before.state, state);
  return [
    `      ${utc(at)}  ${VERDICT_SYMBOL[state.verdict]} ${state.verdict}${cause}  run ${run}`,
    ...changes
      .filter(({ what }) => what !== 'verdict' && what !== 'cause')
      .map(({ text }) => `          ${text}`),
  ];
}
