import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { isFailure } from '../service/runs/failure.ts';
import type { SiteWaiting } from '../service/site/waiting.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

/** The state that waits has timed out, or its execution has ended. */
const OVER = [TaskDoesNotExist, TaskTimedOut, InvalidToken] as const;

/** State machines that wait for site vantages, each by the token that lies with the work. */
export function createTaskTokens(): SiteWaiting {
  const client = new SFNClient(clientSettings);
  /** False: nobody waits any more. */
  const told = async (
    what: string,
    token: string | undefined,
    send: (taskToken: string) => Promise<unknown>,
  ): Promise<boolean> => {
    if (token === undefined) return false;
    try {
      await orStoreFailed(what, () => send(token));
      return true;
    } catch (error) {
      if (isFailure(error, 'StoreFailed') && OVER.some((one) => error.cause instanceof one)) return false;
      throw error;
    }
  };
  return {
    async succeed({ id, token }, outcome) {
      const output = JSON.stringify(outcome);
      await told(`answer ${id}`, token, (taskToken) =>
        client.send(new SendTaskSuccessCommand({ taskToken, output })),
      );
    },
    async fail({ id, token }, { name, message }) {
      // As Lambda writes it, since the judge reads both.
      const cause = JSON.stringify({ errorMessage: message });
      await told(`fail ${id}`, token, (taskToken) =>
        client.send(new SendTaskFailureCommand({ taskToken, error: name, cause })),
      );
    },
    alive: ({ id, token }) =>
      told(`heartbeat of ${id}`, token, (taskToken) =>
        client.send(new SendTaskHeartbeatCommand({ taskToken })),
      ),
  };
}
