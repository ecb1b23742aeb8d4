/** What happens when a schedule is due: EventBridge Scheduler calls the starter with the input that it was given. */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isoTime } from '../../net/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { failure } from '../runs/failure.ts';
import type { FleetRequest } from '../runs/messages.ts';
import { SCHEDULED_BY } from '../runs/run-events.ts';
import { parseStep } from '../runs/step-input.ts';
import { stoppedWords } from '../runs/stop.ts';
import { loadWindows } from '../state/maintenance.ts';
import { addScheduledRun, type ScheduledRun } from '../state/schedule-trace.ts';
import { readSchedule } from '../state/schedules.ts';
import { inMaintenance } from './maintenance.ts';

/** Whether a registered target may be probed, after its proofs were looked for once more. */
export type ProbePermission =
  /** `without`: hosts that are left out, one line. */
  | { readonly status: 'authorised'; readonly without?: string }
  | { readonly status: 'not-authorised' | 'not-registered'; readonly detail: string };

export interface StarterPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** What an operator vouches for is not looked up. */
  readonly standing: (target: string) => Promise<ProbePermission>;
  /** Why a run would say nothing of any target now, which is told by somebody else; absent or undefined: it would. */
  readonly ownSide?: () => Promise<string | undefined>;
  readonly executions: Pick<Executions, 'start'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

/** As lib/aws/scheduler.ts has it sent, with the values put in, and a station's keeper calls it. */
export const StarterInput = z.object({
  schedule: z.string().min(1).max(200),
  /** When the run was due, whatever the flexible window and retries make of it. */
  scheduledAt: z.iso.datetime({ offset: true }),
  executionId: z.string().min(1).max(200),
  /** How often the clock of a station was put back: a due time that comes once more is another one. */
  turn: z.number().int().min(0).optional(),
  /** The run of this due time that said nothing of the target, as the station's own network was away: another one takes its place. */
  after: z.string().min(1).max(200).optional(),
});

export type StarterInput = z.infer<typeof StarterInput>;

export type Started =
  | { readonly status: 'started'; readonly runId: string }
  | { readonly status: 'refused'; readonly why: string };

/**
 * Starts the run of a target that is due, unless there is a reason not to. Called twice for the same due time it is one
 * run. Throws `StoreFailed`: Lambda calls it again, twice, and then hands the call to the dead-letter queue.
 */
export function createStarter(ports: StarterPorts) {
  const { items, stop, executions, telemetry, now } = ports;
  return async (event: unknown, { awsRequestId }: Invocation): Promise<Started> => {
    const { schedule: target, executionId, turn = 0, after, ...input } = parseStep(StarterInput, event);
    const scheduledAt = isoTime(Date.parse(input.scheduledAt));
    const runId = runIdOf(target, scheduledAt, turn, after);
    const log = telemetry.with({ requestId: awsRequestId, runId, executionId, scheduledAt });
    const keep = async (run: ScheduledRun): Promise<void> => {
      if ((await addScheduledRun(items, target, run)) === 'busy')
        throw failure('StoreFailed', 'the calls of a schedule changed all the time while one was written');
    };
    const refuse = async (
      why: Extract<ScheduledRun, { status: 'refused' }>['why'],
      detail: string,
    ): Promise<Started> => {
      await keep({ status: 'refused', scheduledAt, at: isoTime(now()), why, detail });
      log.warn('scheduled run not started', { why });
      log.metric('ScheduledRunsRefused', 1, 'Count');
      return { status: 'refused', why };
    };

    const schedule = await readSchedule(items, target);
    if (schedule?.state !== 'active') {
      // Set aside between the two writes that end a schedule (lib/service/schedule/change.ts): what is not listed never runs.
      const why = schedule === undefined ? 'unlisted' : 'paused';
      log.warn('scheduled run not started', { why });
      return { status: 'refused', why };
    }
    const stopped = await stop.read();
    if (stopped !== undefined) return refuse('stopped', stoppedWords(stopped));
    const own = await ports.ownSide?.();
    if (own !== undefined) return refuse('our-side', own);
    const standing = await ports.standing(target);
    if (standing.status !== 'authorised') return refuse(standing.status, standing.detail);
    const at = isoTime(now());
    const window = inMaintenance(await loadWindows(items, target), at);
    const request: FleetRequest = {
      runId,
      requestedBy: `${SCHEDULED_BY}${target}`.slice(0, 200),
      targets: [{ name: target }],
      ...(window !== undefined && { maintenance: { reason: window.reason, until: window.to } }),
    };
    const start = await executions.start(runId, request);
    const { without } = standing;
    await keep({ status: 'started', scheduledAt, at, runId, ...(without !== undefined && { without }) });
    log.info('scheduled run started', { start, maintenance: window !== undefined });
    return { status: 'started', runId };
  };
}

/**
 * From the target and the due time, and not from the Scheduler's execution id, which may be another one for each attempt
 * ("Adding context attributes": "for each attempted invocation").
 */
function runIdOf(target: string, scheduledAt: string, turn: number, after: string | undefined): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([target, scheduledAt, ...(turn > 0 ? [turn] : []), ...(after ? [after] : [])]))
    .digest('hex');
  return `scheduled-${scheduledAt.replace(/[-:]|\.\d+/g, '')}-${hash.slice(0, 16)}`;
}
