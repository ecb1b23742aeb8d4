import {
  type ExecutionListItem,
  type ExecutionStatus,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import pMap from 'p-map';
import type { RunningExecutions, ShortExecution } from '../service/ports/running-executions.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

/** ARNs of the state machines. */
export type Machines = Readonly<Record<ShortExecution['kind'], string>>;

/** Step Functions stops 25 executions a second of an account, 500 at once in large regions (quotas of StopExecution). */
const AT_A_TIME = 10;
const PAGE = 1_000;

export function createRunningExecutions(machines: Machines): RunningExecutions {
  const client = new SFNClient(clientSettings);
  const kinds = Object.entries(machines) as [ShortExecution['kind'], string][];
  const page = (stateMachineArn: string, maxResults: number, more: ListPage = {}) =>
    orStoreFailed('list executions', () =>
      client.send(new ListExecutionsCommand({ stateMachineArn, maxResults, ...more })),
    );
  const stop = async (arn: string, reason: { error: string; cause: string }): Promise<boolean> => {
    try {
      await client.send(new StopExecutionCommand({ executionArn: arn, ...reason }));
      return true;
    } catch {
      // The others still have to be stopped; the caller gets the number of those that were not.
      return false;
    }
  };
  return {
    async recent(limit) {
      const pages = await Promise.all(
        kinds.map(async ([kind, machine]) =>
          ((await page(machine, limit)).executions ?? []).flatMap((one) => short(one, kind)),
        ),
      );
      return pages
        .flat()
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
        .slice(0, limit);
    },
    async stopAll(reason, withinMs) {
      const end = Date.now() + withinMs;
      const running: string[] = [];
      for (const [, machine] of kinds) {
        let nextToken: string | undefined;
        do {
          const answer = await page(machine, PAGE, {
            statusFilter: 'RUNNING',
            ...(nextToken !== undefined && { nextToken }),
          });
          running.push(...(answer.executions ?? []).flatMap(({ executionArn }) => executionArn ?? []));
          nextToken = answer.nextToken;
        } while (nextToken !== undefined && Date.now() < end);
      }
      const all = running.length;
      let stopped = 0;
      const stopInTime = async (arn: string): Promise<void> => {
        if (Date.now() < end && (await stop(arn, { ...reason }))) stopped += 1;
      };
      await pMap(running, stopInTime, { concurrency: AT_A_TIME });
      return { stopped, left: all - stopped };
    },
  };
}

interface ListPage {
  readonly statusFilter?: ExecutionStatus;
  readonly nextToken?: string;
}

function short(
  { name, status, startDate, stopDate }: ExecutionListItem,
  kind: ShortExecution['kind'],
): ShortExecution[] {
  if (name === undefined || startDate === undefined) return [];
  return [
    {
      name,
      kind,
      status: status === undefined || status === 'PENDING_REDRIVE' ? 'RUNNING' : status,
      startedAt: startDate.toISOString(),
      ...(stopDate !== undefined && { stoppedAt: stopDate.toISOString() }),
    },
  ];
}
