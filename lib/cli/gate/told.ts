/** What a gate and a watch say on standard error while they wait. */
import { type GateState, passesGate } from '../../engine/gate/next-step.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { utc } from '../../model/units.ts';
import { isoTime } from '../../net/clock.ts';
import { count } from '../../report/words/terms.ts';
import { visible } from '../../report/words/visible.ts';
import { message } from '../terminal/message.ts';

const nowInWords = (): string => utc(isoTime(Date.now()));

export function tellStart(state: GateState): void {
  if (redOf(state).length > 0) tellAll(state);
}

/** Also when everything passes. */
export function tellAll(state: GateState): void {
  const red = redOf(state).length;
  const of = count(state.known.length, 'endpoint');
  const what = red === 0 ? `${of}, all passing` : `${red} of ${of} not passing: ${redNames(state)}`;
  message(visible(`${nowInWords()}: ${what}`));
}

/** A line for each endpoint that changed; returns whether there was one. */
export function tellChanges(before: GateState, endpoints: readonly EndpointReport[]): boolean {
  const verdicts = new Map(before.known.map(({ endpoint }) => [endpoint.id, endpoint]));
  let changed = false;
  for (const endpoint of endpoints) {
    const was = verdicts.get(endpoint.id);
    if (was?.verdict === endpoint.verdict && was.cause === endpoint.cause) continue;
    changed = true;
    const what = passesGate(endpoint)
      ? 'passes'
      : `${endpoint.verdict}: ${endpoint.cause ?? endpoint.summary}`;
    message(
      visible(
        `${nowInWords()}: ${endpoint.id} ${what}${was === undefined ? '' : `, was ${was.cause ?? was.verdict}`}`,
      ),
    );
  }
  return changed;
}

export function tellLeft(state: GateState): void {
  const red = redOf(state).length;
  if (red > 0) message(visible(`still not passing: ${redNames(state)}`));
}

const redOf = ({ known }: GateState) => known.filter(({ endpoint }) => !passesGate(endpoint));

export function redNames(state: GateState): string {
  const names = redOf(state).map(
    ({ endpoint: { id, cause } }) => `${id}${cause === undefined ? '' : ` (${cause})`}`,
  );
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
