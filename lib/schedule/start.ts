/** What happens when a schedule is due: EventBridge Scheduler calls the starter with the input that it was given. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { failure } from '../fleet/failure.ts';
import { parseStep } from '../fleet/step-input.ts';
import { stoppedWords } from '../fleet/stop.ts';
import type { FleetRequest } from '../model/fleet.ts';
import type { Executions } from '../ports/executions.ts';
import type { ItemStore } from '../ports/item-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { SCHEDULED_BY } from '../stacks/run-events.ts';
import { inMaintenance } from './maintenance.ts';
import { loadWindows } from './maintenance-store.ts';
import { scheduleKey, scheduleOf } from './schedule-store.ts';
import { addRun, type ScheduledRun } from './trace.ts';

/** Whether a registered target may be probed, after its proofs were looked for once more. */
export type Standing =
  /** `without`: hosts that are left out, one line. */
  | { readonly status: 'authorised'; readonly without?: string }
  | { readonly status: 'not-authorised' | 'not-registered'; readonly detail: string };

export interface StarterPorts {
  readonly items: Pick<ItemStore, 'get' | 'put'>;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** What an operator vouches for is not looked up. */
  readonly standing: (target: string) => Promise<Standing>;
  readonly executions: Pick<Executions, 'start'>;
  readonly telemetry: Telemetry;
  /** Epoch ms. */
  readonly now: () => number;
}

/** As lib/adapters/aws/scheduler.ts has it sent, with the values put in. */
export const StarterInput = z.object({
  schedule: z.string().min(1).max(200),
  /** When the run was due, whatever the flexible window and retries make of it. */
  scheduledAt: z.iso.datetime({ offset: true }),
  executionId: z.string().min(1).max(200),
});

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
    const { schedule: target, executionId, ...input } = parseStep(StarterInput, event);
    const scheduledAt = new Date(input.scheduledAt).toISOString();
    const runId = runIdOf(target, scheduledAt);
    const log = telemetry.with({ requestId: awsRequestId, runId, executionId, scheduledAt });
    const keep = async (run: ScheduledRun): Promise<void> => {
      if (!(await addRun(items, target, run)))
        throw failure('StoreFailed', 'the calls of a schedule changed all the time while one was written');
    };
    const refuse = async (
      why: Extract<ScheduledRun, { status: 'refused' }>['why'],
      detail: string,
    ): Promise<Started> => {
      await keep({ status: 'refused', scheduledAt, at: new Date(now()).toISOString(), why, detail });
      log.warn('scheduled run not started', { why });
      log.metric('ScheduledRunsRefused', 1, 'Count');
      return { status: 'refused', why };
    };

    const schedule = scheduleOf(await items.get(scheduleKey(target)));
    if (schedule?.state !== 'active') {
      // Set aside between the two writes that end a schedule (lib/schedule/change.ts): what is not listed never runs.
      const why = schedule === undefined ? 'unlisted' : 'paused';
      log.warn('scheduled run not started', { why });
      return { status: 'refused', why };
    }
    const stopped = await stop.read();
    if (stopped !== undefined) return refuse('stopped', stoppedWords(stopped));
    const standing = await ports.standing(target);
    if (standing.status !== 'authorised') return refuse(standing.status, standing.detail);
    const at = new Date(now()).toISOString();
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
function runIdOf(target: string, scheduledAt: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([target, scheduledAt]))
    .digest('hex');
  return `scheduled-${scheduledAt.replace(/[-:]|\.\d+/g, '')}-${hash.slice(0, 16)}`;
}
