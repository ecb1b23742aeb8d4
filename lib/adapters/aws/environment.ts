/** What the stacks tell the functions. A variable that is missing ends the function at its start, by name. */
import * as z from 'zod';
import { DEFAULT_RATE_LIMITS, type RateLimits } from '../../fleet/rate-limit.ts';
import { FleetPlan, vantagesOf } from '../../fleet/vantages.ts';
import type { FleetVantage } from '../../model/fleet.ts';

export function variable(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** `FLEET`: its plan as JSON. */
export const fleetOf = (environment: NodeJS.ProcessEnv = process.env): FleetVantage[] =>
  vantagesOf(FleetPlan.parse(JSON.parse(variable('FLEET', environment))));

/** `RUN_BUCKET`; `S3_FORCE_PATH_STYLE=true` where S3 has an address of its own, as in tests. */
export const runBucket = (environment: NodeJS.ProcessEnv = process.env) => ({
  bucket: variable('RUN_BUCKET', environment),
  forcePathStyle: environment.S3_FORCE_PATH_STYLE === 'true',
});

/** `TABLE_NAME`, and `RETENTION_DAYS` for runs in it. */
export const stateTable = (environment: NodeJS.ProcessEnv = process.env) => ({
  table: variable('TABLE_NAME', environment),
  retentionDays: z.coerce.number().int().min(1).parse(variable('RETENTION_DAYS', environment)),
});

const Runs = z.coerce.number().int().min(1);

/** `RUNS_PER_TARGET` and `RUNS_PER_REQUESTER`, an hour; absent: the defaults. */
export const rateLimits = (
  { RUNS_PER_TARGET, RUNS_PER_REQUESTER }: NodeJS.ProcessEnv = process.env,
): RateLimits => ({
  perTarget: Runs.parse(RUNS_PER_TARGET ?? DEFAULT_RATE_LIMITS.perTarget),
  perRequester: Runs.parse(RUNS_PER_REQUESTER ?? DEFAULT_RATE_LIMITS.perRequester),
});

/** What schedules are made of. */
export const scheduleGroup = (environment: NodeJS.ProcessEnv = process.env) => ({
  group: variable('SCHEDULE_GROUP', environment),
  starterArn: variable('STARTER_ARN', environment),
  roleArn: variable('SCHEDULE_ROLE_ARN', environment),
  deadLettersArn: variable('SCHEDULE_DEAD_LETTERS_ARN', environment),
});
