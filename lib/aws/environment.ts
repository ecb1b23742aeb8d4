/** The settings that the stacks pass to the functions. If a variable is missing, the function ends at its start and names it. */
import * as z from 'zod';
import type { FleetVantage } from '../model/fleet-vantage.ts';
import type { ConsolePools } from '../service/api/console-person.ts';
import type { ItemStore } from '../service/ports/item-store.ts';
import { DEFAULT_RATE_LIMITS, type RateLimits } from '../service/runs/rate-limit.ts';
import { openReflector, type ReflectorsOf, tokenReflector } from '../service/runs/reflectors.ts';
import { FleetPlan, vantagesOf } from '../service/runs/vantages.ts';

export function variable(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** `FLEET`: its plan as JSON. */
export const fleetOf = (environment: NodeJS.ProcessEnv = process.env): FleetVantage[] =>
  vantagesOf(FleetPlan.parse(JSON.parse(variable('FLEET', environment))));

/** `PUBLIC_SOURCES`: the same plan, where everyone may know from which addresses it connects. */
export const publicFleetOf = (
  { PUBLIC_SOURCES }: NodeJS.ProcessEnv = process.env,
): FleetVantage[] | undefined =>
  PUBLIC_SOURCES ? vantagesOf(FleetPlan.parse(JSON.parse(PUBLIC_SOURCES))) : undefined;

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

/** `CONSOLE_USER_POOL` and `CONSOLE_IDENTITY_POOL`: of a fleet with a console; neither: without one. */
export const consolePools = (
  { CONSOLE_USER_POOL: userPool, CONSOLE_IDENTITY_POOL: identityPool }: NodeJS.ProcessEnv = process.env,
): { readonly console?: ConsolePools } =>
  userPool && identityPool ? { console: { userPool, identityPool } } : {};

/** `REFLECTOR`, a URL that answers everyone, or `REFLECTOR_API`, one that takes a token at its end; neither: nobody is asked. */
export function reflectorsOf(
  items: Pick<ItemStore, 'put'>,
  { REFLECTOR, REFLECTOR_API }: NodeJS.ProcessEnv = process.env,
): { readonly reflectors?: ReflectorsOf } {
  if (REFLECTOR) return { reflectors: openReflector(REFLECTOR) };
  return REFLECTOR_API ? { reflectors: tokenReflector(REFLECTOR_API, items, Date.now) } : {};
}

const Runs = z.coerce.number().int().min(1);

/** `RUNS_PER_TARGET` and `RUNS_PER_REQUESTER`, per hour; absent: the defaults. */
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
