import type { FleetVantage } from '../../model/fleet-vantage.ts';
import { printable } from '../../net/printable.ts';
import type { ListenerSecrets } from '../ports/listener-secrets.ts';
import type { Invoked, InvokeProber } from '../ports/prober-invoker.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { keepResult, resultOf } from './checked-answer.ts';
import { type FailureName, failure } from './failure.ts';
import type { BatchPlace } from './keys.ts';
import { ANSWER_MARGIN_MS, DISPATCHER_MARGIN_MS } from './limits.ts';
import { Dispatch, ProbeBatch } from './messages.ts';
import { openPayload } from './payload.ts';
import {
  OLDEST_PROBER,
  OLDEST_WITH_BOUNDS,
  OLDEST_WITH_LISTENER,
  PAYLOAD_VERSION,
} from './payload-version.ts';
import { parseStep } from './step-input.ts';
import type { Dispatched } from './steps.ts';
import { stoppedWords } from './stop.ts';

export interface DispatcherPorts {
  readonly invoke: InvokeProber;
  readonly store: RunStore;
  readonly stop: Pick<StopSwitch, 'read'>;
  /** An address at which the prober sees, for so many seconds, whether the fleet was stopped (`watchStop`). */
  readonly stopUrl: (seconds: number) => Promise<string>;
  /** An address that takes, for so many seconds, what the prober has seen so far (`tellEarly`); absent: it tells nothing. */
  readonly earlyUrl?: (place: BatchPlace, seconds: number) => Promise<string>;
  /** Keys of runs with listeners: in what the prober is sent, and nowhere else. */
  readonly listenerSecrets: Pick<ListenerSecrets, 'get'>;
  readonly telemetry: Telemetry;
}

/**
 * The handler of the dispatcher: one vantage, one attempt. Step Functions reaches only functions of its own region, so
 * this one calls the prober in its region, and stores what it saw before anything else can go wrong.
 *
 * Throws one of `VANTAGE_FAILURES`; nothing that a prober does can end the run.
 */
export function createDispatcher({
  invoke,
  store,
  stop,
  stopUrl,
  earlyUrl,
  listenerSecrets,
  telemetry,
}: DispatcherPorts) {
  return async (event: unknown, invocation: Invocation): Promise<Dispatched> => {
    const asked = parseStep(Dispatch, event);
    const { runId, attempt, vantage, batch: payload, deadlineMs, reflectors, withListener, live } = asked;
    const log = telemetry.with({
      runId,
      vantage: vantage.id,
      attempt,
      requestId: invocation.awsRequestId,
    });
    // Known by the failure and not by a choice before each dispatch, which every check would pay for.
    if (vantage.kind === 'site') throw failure('SiteVantage', `${vantage.id} asks for its work by itself`);
    try {
      const batch = await openPayload(payload, ProbeBatch, store);
      const left = invocation.getRemainingTimeInMillis() - DISPATCHER_MARGIN_MS;
      const timeoutMs = Math.max(1, Math.min(deadlineMs + ANSWER_MARGIN_MS, left));
      const stopped = await stop.read();
      if (stopped !== undefined) throw failure('FleetStopped', stoppedWords(stopped));
      const listener = withListener === true ? await listenerSecrets.get(runId) : undefined;
      if (withListener === true && listener === undefined)
        throw failure(
          'ListenerKeyGone',
          `the key for the listeners of the run ${runId} is gone: start it again`,
        );
      const seconds = Math.ceil(timeoutMs / 1_000);
      const place = { runId, attempt, vantage: vantage.id };
      const early = live === true ? await earlyUrl?.(place, seconds) : undefined;
      const sent = {
        ...batch,
        version: PAYLOAD_VERSION,
        stopUrl: await stopUrl(seconds),
        ...(early !== undefined && { earlyUrl: early }),
        ...(reflectors && { reflectors }),
        ...(listener && { listener }),
      };
      const text = answerOf(await invoke(vantage, JSON.stringify(sent), { timeoutMs }), vantage, timeoutMs);
      const oldest = oldestFor(batch, withListener);
      const result = resultOf(text, batch, { oldest });
      const kept = await keepResult(result, batch, store);
      log.info('vantage answered', { endpoints: result.results.length, partial: result.partial ?? false });
      return { vantage: vantage.id, attempt, result: kept };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      if (name === 'ProberStarting') {
        log.info('vantage is starting', { error: name, reason: error instanceof Error ? error.message : '' });
        throw error;
      }
      log.metric('VantageFailed', 1, 'Count', { vantage: vantage.id });
      // For alarms, which can't add up the vantages: and a fleet that was stopped has no fault.
      if (name !== 'FleetStopped') telemetry.metric('DispatchesFailed', 1, 'Count');
      if (name === 'ProberThrottled') telemetry.metric('ProbersThrottled', 1, 'Count');
      log.warn('vantage failed', { error: name, reason: error instanceof Error ? error.message : '' });
      throw error;
    }
  };
}

function oldestFor({ bounded }: ProbeBatch, withListener: true | undefined): number {
  if (bounded !== undefined) return OLDEST_WITH_BOUNDS;
  return withListener === true ? OLDEST_WITH_LISTENER : OLDEST_PROBER;
}

/** The text that the prober answered; any other outcome is an error by its name. */
function answerOf(invoked: Invoked, { id, region }: FleetVantage, timeoutMs: number): string {
  const fail = (name: FailureName, message: string): Error =>
    failure(name, `${id} (${region}): ${printable(message, 500)}`);
  switch (invoked.status) {
    case 'answered':
      return invoked.text;
    case 'function-error':
      return raise(functionError(invoked.errorType), `${invoked.errorType}: ${invoked.message}`, fail);
    case 'throttled':
      return raise('ProberThrottled', invoked.message, fail);
    case 'unreachable':
      return raise('ProberUnreachable', invoked.message, fail);
    case 'starting':
      return raise('ProberStarting', invoked.message, fail);
    case 'missing':
      return raise('ProberMissing', invoked.message, fail);
    case 'timeout':
      return raise('ProberTimedOut', `no answer in ${timeoutMs} ms`, fail);
    default:
      return invoked satisfies never;
  }
}

function raise(
  name: FailureName,
  message: string,
  fail: (name: FailureName, message: string) => Error,
): never {
  throw fail(name, message);
}

/** `Sandbox.Timedout` and `Runtime.ExitError` (killed) are Lambda's own names; the rest is what the prober threw. */
function functionError(errorType: string): FailureName {
  if (errorType === 'BatchRefused') return 'ProberRefused';
  if (errorType === 'Function.ResponseSizeTooLarge') return 'ProberRubbish';
  return errorType === 'Sandbox.Timedout' ? 'ProberTimedOut' : 'ProberCrashed';
}
