/** What travels between the steps of a deployed run. Plain data that survives JSON; each step parses what it gets. */
import * as z from 'zod';
import { Authorisation } from './authorisation.ts';
import { Endpoint } from './endpoint.ts';
import { Maintenance } from './maintenance.ts';
import { VantageFacts } from './plan.ts';
import { RunSettings } from './request.ts';
import { Family } from './vocabulary.ts';

/**
 * Step Functions hands at most 256 KiB from state to state: what is larger lies in the run bucket, and the state
 * holds its key. `sha256`: hex, of the stored text. `gzip`: the JSON, gzipped, in base64; where the bucket refused it.
 */
export const payload = <T extends z.ZodType>(of: T) =>
  z.union([
    z.strictObject({ inline: of }),
    z.strictObject({ gzip: z.string() }),
    z.strictObject({ stored: z.strictObject({ key: z.string(), sha256: z.string() }) }),
  ]);
export type Payload<T> = { inline: T } | { gzip: string } | { stored: { key: string; sha256: string } };

/** A deployed prober. `lambda-vpc`: fixed source address, port 25 open once AWS has lifted the restriction. */
export const FleetVantage = z.strictObject({
  id: z.string(),
  region: z.string(),
  /** Function name or ARN of the prober. */
  functionName: z.string(),
  kind: z.enum(['lambda', 'lambda-vpc']),
  /** Elastic IP of the NAT gateway, for allow-lists. */
  sourceAddress: z.string().optional(),
  /** May be asked to probe ports that AWS blocks by default (25). */
  smtp: z.boolean().default(false),
  /** Address families that its network leads to the internet. Absent: IPv4 alone, as a function outside a VPC has it. */
  families: z.array(Family).min(1).optional(),
  /** Name in EHLO, whose A and PTR are `sourceAddress`; mail servers ask for both. Absent: `[sourceAddress]`. */
  ehloName: z.string().optional(),
});
export type FleetVantage = z.infer<typeof FleetVantage>;

/** One target of a request: the same words as a target in a targets file (`lib/request/targets-file`). */
export const FleetTarget = z.looseObject({ name: z.string().min(1).max(200).optional() });
export type FleetTarget = z.infer<typeof FleetTarget>;

const HostName = z.string().min(1).max(253);

/** That somebody who rules `host` let the challenge of a target be found there. */
export const HostProof = z.object({
  /** The name or address that is proven: of a TXT record it may be a domain above the target's host. */
  host: HostName,
  method: z.enum(['dns-txt', 'http-file']),
  /** The names below are proven, too. */
  below: z.boolean(),
  /** When the challenge was last found there. */
  at: z.iso.datetime(),
  /** Not found any more since then; still counts within the grace time. */
  lapsedSince: z.iso.datetime().optional(),
});
export type HostProof = z.infer<typeof HostProof>;

/** What is registered of a target. Its name alone proves nothing: only the hosts that stand here are covered. */
export const TargetRecord = z.object({
  name: z.string().min(1).max(200),
  /** Whoever a run of the definition contacts: ASCII host names and IP literals. */
  hosts: z.array(HostName).min(1),
  /** For all of `hosts` at once. Only in items that hold neither `proofs` nor `vouch`. */
  authorisation: Authorisation.optional(),
  /** What a run of the target checks, without its name: a `Target` of lib/request/target.ts. */
  definition: FleetTarget.optional(),
  /** Whose it is, in words. */
  owner: z.string().max(200).optional(),
  /** ARN of who registered it. */
  addedBy: z.string().optional(),
  addedAt: z.iso.datetime().optional(),
  changedBy: z.string().optional(),
  changedAt: z.iso.datetime().optional(),
  /** One more with each write, so that none is lost. */
  version: z.number().int().optional(),
  /** What a proof of ownership must show; random, and another one for each target. */
  challenge: z.string().optional(),
  proofs: z.array(HostProof).optional(),
  /** When ownership was last looked for. */
  checkedAt: z.iso.datetime().optional(),
  /** An operator's word for the hosts that the target had then. */
  vouch: z
    .object({
      by: z.string().min(1).max(200),
      reason: z.string().min(1).max(500),
      at: z.iso.datetime(),
      hosts: z.array(HostName),
    })
    .optional(),
});
export type TargetRecord = z.infer<typeof TargetRecord>;

/** Lies in the run bucket while the fleet is stopped. */
export const StopNotice = z.strictObject({
  /** ARN of who stopped it. */
  by: z.string().min(1).max(2_048),
  at: z.iso.datetime(),
  reason: z.string().min(1).max(500),
});
export type StopNotice = z.infer<typeof StopNotice>;

/** Input of an execution. The execution's name is `runId`, so that the same request twice is one run. */
export const FleetRequest = z.strictObject({
  /** Also the execution's name: letters, digits, hyphen, underscore. */
  runId: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
  /** Who asked, for the record. */
  requestedBy: z.string().min(1).max(200),
  targets: z.array(FleetTarget).min(1).max(100),
  /** Settings that a request may choose; `allowPrivate` is never among them. */
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Vantage ids; absent: all. */
  vantages: z.array(z.string()).optional(),
  /** Ids of endpoints of the targets: these alone, and targets without one of them are left out. Absent: all. */
  only: z.array(z.string().min(1).max(2_000)).min(1).max(1_000).optional(),
  /** The operator who starts the run vouches for targets that are not proven. */
  vouch: z.strictObject({ by: z.string().min(1).max(200), reason: z.string().min(1).max(500) }).optional(),
  /** The run takes place within a maintenance window of its target; stands in the report. */
  maintenance: Maintenance.optional(),
});
export type FleetRequest = z.infer<typeof FleetRequest>;

/** What a prober is asked: endpoints of all targets in one batch, so that the number of transitions doesn't grow with them. */
export const ProbeBatch = z.strictObject({
  runId: z.string(),
  vantage: z.strictObject({
    id: z.string(),
    kind: z.enum(['lambda', 'lambda-vpc']),
    sourceAddress: z.string().optional(),
    families: z.array(Family).min(1).optional(),
  }),
  /** 1, then 2… for confirmations. */
  attempt: z.number().int().min(1),
  /** `allowPrivate` and `confirm` are the prober's own business, whatever stands here. */
  settings: RunSettings,
  /** Ids are unique. */
  endpoints: z.array(Endpoint),
  /**
   * For a confirmation: which addresses of an endpoint failed, and are tried again; an empty address is the look-up of
   * the name. Endpoints that are not named are probed whole.
   */
  again: z
    .array(
      z.strictObject({
        endpointId: z.string(),
        addresses: z.array(z.strictObject({ address: z.string(), family: Family.optional() })).min(1),
      }),
    )
    .optional(),
});
export type ProbeBatch = z.infer<typeof ProbeBatch>;

/** What the dispatcher is asked for one vantage (an item of the Map state). */
export const Dispatch = z.strictObject({
  runId: z.string(),
  attempt: z.number().int().min(1),
  vantage: FleetVantage,
  batch: payload(ProbeBatch),
  /** Budget of the prober in ms. */
  deadlineMs: z.number().int().min(1),
});
export type Dispatch = z.infer<typeof Dispatch>;

/** What a run knows of itself from state to state. */
export const RunRecord = z.strictObject({
  runId: z.string(),
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** Where the plan (targets, endpoints, settings, authorisations) lies: too large to carry along. */
  planKey: z.string(),
  /** The vantages of the plan, with those that gave nothing. */
  vantages: z.array(FleetVantage),
  attempt: z.number().int().min(1),
  /** Some endpoints of its targets were asked for: what is known of the others stays. */
  only: z.literal(true).optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** A vantage that gave no result for an attempt: `prober.unavailable`, and why. */
export const VantageLoss = z.strictObject({
  vantage: z.string(),
  attempt: z.number().int(),
  /** Name of the error (`lib/fleet/failure.ts`, or one of the state machine's own). */
  error: z.string(),
  /** What the state machine knows beside it. */
  cause: z.string().optional(),
});
export type VantageLoss = z.infer<typeof VantageLoss>;

export { Authorisation, VantageFacts };
