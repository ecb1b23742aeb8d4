import { createHash } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  FlexibleTimeWindowMode,
  GetScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ScheduleState,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { printable } from '../net/printable.ts';
import type { Scheduler, SchedulerEntry } from '../service/ports/scheduler.ts';
import { clientSettings } from './client-settings.ts';
import { orStoreFailed } from './store-failed.ts';

export interface SchedulerOptions {
  /** The schedule group that only this fleet uses. */
  readonly group: string;
  /** ARN of the function `starter`. */
  readonly starterArn: string;
  /** ARN of the role that may invoke it. */
  readonly roleArn: string;
  /** ARN of the queue for what could not be delivered. */
  readonly deadLettersArn: string;
}

/** Within `maxAgeSeconds`; the Scheduler waits longer after each attempt. */
const MAX_ATTEMPTS = 10;

export function createScheduler({ group, starterArn, roleArn, deadLettersArn }: SchedulerOptions): Scheduler {
  const client = new SchedulerClient(clientSettings);
  const at = (target: string) => ({ Name: scheduleName(target), GroupName: group });

  const wanted = (target: string, entry: SchedulerEntry, mark: string): CreateScheduleCommandInput => ({
    ...at(target),
    Description: `Checks ${printable(target, 200)}`,
    ScheduleExpression: entry.expression,
    ScheduleExpressionTimezone: entry.timezone,
    ...(entry.startDate !== undefined && { StartDate: new Date(entry.startDate) }),
    FlexibleTimeWindow: {
      Mode: FlexibleTimeWindowMode.FLEXIBLE,
      MaximumWindowInMinutes: entry.flexibleMinutes,
    },
    State: entry.isEnabled ? ScheduleState.ENABLED : ScheduleState.DISABLED,
    Target: {
      Arn: starterArn,
      RoleArn: roleArn,
      // The Scheduler inserts the values ("Adding context attributes").
      Input: JSON.stringify({
        schedule: target,
        scheduledAt: '<aws.scheduler.scheduled-time>',
        executionId: '<aws.scheduler.execution-id>',
      }),
      RetryPolicy: { MaximumEventAgeInSeconds: entry.maxAgeSeconds, MaximumRetryAttempts: MAX_ATTEMPTS },
      DeadLetterConfig: { Arn: deadLettersArn },
    },
    // When retried, the same change is made only once; a target that is added again after it was removed is another change.
    ClientToken: hash(`${target}#${mark}`),
  });

  return {
    put: (target, entry, mark) =>
      orStoreFailed('put schedule', async () => {
        const input = wanted(target, entry, mark);
        try {
          await client.send(new CreateScheduleCommand(input));
        } catch (error) {
          if (!(error instanceof ConflictException)) throw error;
          await client.send(new UpdateScheduleCommand(input));
        }
      }),
    find: (target) =>
      orStoreFailed('get schedule', () =>
        orAbsent(async () => {
          const found = await client.send(new GetScheduleCommand(at(target)));
          return {
            expression: found.ScheduleExpression ?? '',
            timezone: found.ScheduleExpressionTimezone ?? 'UTC',
            ...(found.StartDate !== undefined && { startDate: found.StartDate.toISOString() }),
            flexibleMinutes: found.FlexibleTimeWindow?.MaximumWindowInMinutes ?? 0,
            maxAgeSeconds: found.Target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 0,
            isEnabled: found.State === ScheduleState.ENABLED,
          };
        }),
      ),
    remove: (target) =>
      orStoreFailed('delete schedule', async () => {
        await orAbsent(() => client.send(new DeleteScheduleCommand(at(target))));
      }),
  };
}

/** Names allow letters, digits, `-`, `_` and `.`, 64 of them; a target's name may contain anything, so its hash makes the name unique. */
function scheduleName(target: string): string {
  const readable = target.replace(/[^0-9A-Za-z_.-]+/g, '-').slice(0, 40);
  return `${readable}-${hash(target).slice(0, 20)}`;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

async function orAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
