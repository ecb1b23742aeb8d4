/** Where a state machine waits for a site vantage: its token lies with the work, and the answer ends the state. */
import * as z from 'zod';
import type { Invocation, Telemetry } from '../ports/telemetry.ts';
import { Dispatch } from '../runs/messages.ts';
import { parseStep } from '../runs/step-input.ts';
import { type QueuePorts, queueWork } from './queue.ts';

/** Parameters of the state `AskSite`. */
const SiteAsked = z.strictObject({ dispatch: Dispatch, token: z.string().min(1).max(2_048) });

export interface SiteAskerPorts extends QueuePorts {
  readonly telemetry: Telemetry;
}

/** The handler of the state. Throws as `queueWork` does. */
export function createSiteAsker({ telemetry, ...ports }: SiteAskerPorts) {
  return async (event: unknown, { awsRequestId }: Invocation): Promise<void> => {
    const { dispatch, token } = parseStep(SiteAsked, event);
    const { runId, attempt, vantage } = dispatch;
    const log = telemetry.with({ runId, vantage: vantage.id, attempt, requestId: awsRequestId });
    try {
      const { id } = await queueWork(dispatch, ports, token);
      log.info('work put in line', { work: id });
    } catch (error) {
      const [name, reason] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
      log.warn('no work put in line', { error: name, reason });
      throw error;
    }
  };
}
