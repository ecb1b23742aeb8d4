/** What is sent between the steps of a deployed run. Plain data that can be written as JSON and read again; each step parses what it gets. */
import * as z from 'zod';
import { Endpoint } from '../../model/endpoint.ts';
import { FleetVantage } from '../../model/fleet-vantage.ts';
import { Maintenance } from '../../model/maintenance.ts';
import { VantageKind } from '../../model/position.ts';
import { RunSettings } from '../../model/request.ts';
import { Family } from '../../model/vocabulary.ts';
import { FleetTarget } from '../state/target-record.ts';
import { ListenerOwnership } from './listener-ownership.ts';

/** Addresses of one endpoint to which a batch may be bounded. */
const MAX_BOUNDED = 32;

/**
 * Step Functions hands at most 256 KiB from state to state: what is larger is in the run bucket, and the state
 * holds its key. `sha256`: hex, of the stored text. `gzip`: the JSON, gzipped, in base64; where the bucket refused it.
 * What is in it is parsed once, by the step that opens it (`openPayload`).
 */
export const Payload = z.union([
  z.strictObject({ inline: z.record(z.string(), z.unknown()) }),
  z.strictObject({ gzip: z.string() }),
  z.strictObject({ stored: z.strictObject({ key: z.string(), sha256: z.string() }) }),
]);
export type Payload = z.infer<typeof Payload>;

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
  /** The run takes place within a maintenance window of its target; is in the report. */
  maintenance: Maintenance.optional(),
  /** Listeners are asked in the place of the servers. What it takes to challenge them is in `ListenerSecrets`, not here. */
  withListener: z.literal(true).optional(),
  /** What listeners proved when the API took the order; it authorises their ports in this run alone. */
  ownListeners: ListenerOwnership.optional(),
});
export type FleetRequest = z.infer<typeof FleetRequest>;

/** What a prober is asked: endpoints of all targets in one batch, so that the number of transitions doesn't grow with them. */
export const ProbeBatch = z.strictObject({
  runId: z.string(),
  vantage: z.strictObject({
    id: z.string(),
    kind: VantageKind,
    sourceAddress: z.string().optional(),
    families: z.array(Family).min(1).optional(),
  }),
  /** 1, then 2… for confirmations. */
  attempt: z.number().int().min(1),
  /** The prober decides `allowPrivate`, and the judge `confirm`, whatever is written here. */
  settings: RunSettings,
  /** Ids are unique. */
  endpoints: z.array(Endpoint),
  /**
   * More endpoints, which are probed at these addresses alone, wherever the name leads: no more was proven. A prober that does not know of them
   * leaves them out, so they are in a list of their own.
   */
  bounded: z
    .array(z.strictObject({ endpoint: Endpoint, addresses: z.array(z.string()).max(MAX_BOUNDED) }))
    .optional(),
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
  /** A `ProbeBatch`. */
  batch: Payload,
  /** Budget of the prober in ms. */
  deadlineMs: z.number().int().min(1),
  /** Whom the prober asks which source address it has; in the first attempt alone. A token in it is good once. */
  reflectors: z
    .array(z.strictObject({ family: Family, url: z.string().max(500) }))
    .max(2)
    .optional(),
  /** A person started the run and may look on: so its vantages tell what they have seen so far. */
  live: z.literal(true).optional(),
  /** The dispatcher gives the prober the key of the run, which is in no state. */
  withListener: z.literal(true).optional(),
});
export type Dispatch = z.infer<typeof Dispatch>;

/** What a run passes on about itself from state to state. */
export const RunRecord = z.strictObject({
  runId: z.string(),
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** Where the plan (targets, endpoints, settings, authorisations) is stored: too large to pass along. */
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
  /** Name of the error (`lib/service/runs/failure.ts`, or one of the state machine's own). */
  error: z.string(),
  /** What else the state machine knows. */
  cause: z.string().optional(),
});
export type VantageLoss = z.infer<typeof VantageLoss>;
