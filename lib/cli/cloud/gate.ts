/** `run --gate`: wait until everything passes. */

import { setTimeout as pause } from 'node:timers/promises';
import { type GateState, nextStep, passesGate } from '../../engine/gate/next-step.ts';
import type { EndpointReport } from '../../engine/report-schema.ts';
import { parseDuration } from '../../input/request/quantities.ts';
import { inputError, type ParseResult, parsed } from '../../model/input-error.ts';
import { utc } from '../../model/units.ts';
import { isoTime } from '../../net/clock.ts';
import { updateReport } from '../../report/merge.ts';
import { count } from '../../report/words/terms.ts';
import { visible } from '../../report/words/visible.ts';
import { type RunOrder, runsContracts } from '../../service/contracts/runs.ts';
import { message, refuse } from '../terminal/message.ts';
import { failed } from './failed.ts';
import type { Finished, FollowSession, RunOutcome } from './session.ts';

interface GateFlags {
  readonly every: string;
  readonly for: string;
}

const MIN_EVERY_MS = 5_000;
const DAY_MS = 86_400_000;
/** A pass that waits for a mail server may come this long after the time is over. */
const GRACE_MS = 310_000;

/** @param orderOf another one for each run: what a listener is asked with is good for one */
export async function runGate(
  session: FollowSession,
  orderOf: () => RunOrder,
  flags: GateFlags,
): Promise<number> {
  const times = readTimes(flags);
  if (!times.ok) {
    await session.discard();
    return refuse(times);
  }
  const { everyMs, forMs } = times.value;
  const deadline = Date.now() + forMs;
  const beganAt = Date.now();
  const first = await probe(session, orderOf());
  if (!first.ok) return session.finish(first);
  let shown: Finished = first;
  let state = stateAfter(undefined, first.report.endpoints, beganAt, true);
  tellStart(state);
  for (;;) {
    const step = nextStep(state, everyMs);
    if (step.kind === 'done') break;
    if (step.kind === 'hopeless') {
      message('what is left can’t change by waiting: see its causes below');
      break;
    }
    const isWhole = step.only === undefined;
    if (step.at > deadline + (isWhole ? GRACE_MS : 0)) {
      message(visible(`the time is over; still not passing: ${redNames(state)}`));
      break;
    }
    if (isWhole) message('everything passes; checking all of it once more');
    await pause(Math.max(0, step.at - Date.now()));
    const at = Date.now();
    const next = await probe(session, isWhole ? orderOf() : { ...orderOf(), only: [...(step.only ?? [])] });
    if (!next.ok) {
      if (next.error !== 'RateLimited' || Date.now() > deadline) return session.finish(next);
      // Too often for the fleet: the endpoints wait as long as if they had been probed.
      state = postponed(state, step.only, at);
      continue;
    }
    const changed = tellChanges(state, next.report.endpoints);
    state = stateAfter(isWhole ? undefined : state, next.report.endpoints, at, isWhole);
    shown = isWhole ? next : { run: next.run, report: updateReport(shown.report, next.report) };
    if (changed && !isWhole) tellLeft(state);
  }
  return session.finish({ ok: true, ...shown });
}

function readTimes(flags: GateFlags): ParseResult<{ everyMs: number; forMs: number }> {
  const every = parseDuration(flags.every, MIN_EVERY_MS, DAY_MS);
  if (!every.ok) return inputError(`--every: ${every.message}`);
  const most = parseDuration(flags.for, 1_000, DAY_MS);
  if (!most.ok) return inputError(`--for: ${most.message}`);
  return parsed({ everyMs: every.value, forMs: most.value });
}

async function probe({ client, follow }: FollowSession, body: RunOrder): Promise<RunOutcome> {
  const asking = await client(runsContracts.startRun, { body });
  if (asking.status === 'answered') return follow(asking.value.runId, body.only === undefined);
  const isLimited = asking.status === 'refused' && asking.problem.status === 429;
  return { ok: false, status: failed(asking), ...(isLimited && { error: 'RateLimited' }) };
}

function stateAfter(
  before: GateState | undefined,
  endpoints: readonly EndpointReport[],
  at: number,
  isWhole: boolean,
): GateState {
  const known = new Map(before?.known.map((one) => [one.endpoint.id, one]));
  for (const endpoint of endpoints) known.set(endpoint.id, { endpoint, probedAt: at });
  return { known: [...known.values()], lastWasWhole: isWhole };
}

function postponed(state: GateState, only: readonly string[] | undefined, at: number): GateState {
  const known = state.known.map((one) =>
    only === undefined || only.includes(one.endpoint.id) ? { ...one, probedAt: at } : one,
  );
  return { ...state, known };
}

const now = (): string => utc(isoTime(Date.now()));

function tellStart(state: GateState): void {
  const red = redOf(state).length;
  if (red > 0)
    message(
      visible(`${now()}: ${red} of ${count(state.known.length, 'endpoint')} not passing: ${redNames(state)}`),
    );
}

/** A line for each endpoint that changed; returns whether there was one. */
function tellChanges(before: GateState, endpoints: readonly EndpointReport[]): boolean {
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
        `${now()}: ${endpoint.id} ${what}${was === undefined ? '' : `, was ${was.cause ?? was.verdict}`}`,
      ),
    );
  }
  return changed;
}

function tellLeft(state: GateState): void {
  const red = redOf(state).length;
  if (red > 0) message(visible(`still not passing: ${redNames(state)}`));
}

const redOf = ({ known }: GateState) => known.filter(({ endpoint }) => !passesGate(endpoint));

function redNames(state: GateState): string {
  const names = redOf(state).map(
    ({ endpoint: { id, cause } }) => `${id}${cause === undefined ? '' : ` (${cause})`}`,
  );
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
