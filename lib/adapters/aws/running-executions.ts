import {
  type ExecutionListItem,
  type ExecutionStatus,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RunningExecutions, ShortExecution } from '../../ports/running-executions.ts';
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
  const page = (stateMachineArn: string, maxResults: number, more: Page = {}) =>
    orStoreFailed('list executions', () =>
      client.send(new ListExecutionsCommand({ stateMachineArn, maxResults, ...more })),
    );
  const stop = async (arn: string, reason: { error: string; cause: string }): Promise<boolean> => {
    try {
      await client.send(new StopExecutionCommand({ executionArn: arn, ...reason }));
      return true;
    } catch {
      // The others have to be stopped all the same; the caller is told how many were not.
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
      const work = async (): Promise<void> => {
        for (let arn = running.shift(); arn !== undefined && Date.now() < end; arn = running.shift())
          if (await stop(arn, { ...reason })) stopped += 1;
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      return { stopped, left: all - stopped };
    },
  };
}

interface Page {
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
