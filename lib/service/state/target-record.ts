/** What is kept of a registered target, and of the proofs of ownership of its hosts. */
import * as z from 'zod';
import { Authorisation } from '../../model/authorisation.ts';

/** It is part of paths of the API, of item keys and of names of schedules. */
export const TargetName = z
  .string()
  .regex(
    /^[\p{L}\p{N}]([\p{L}\p{M}\p{N} ._:-]{0,98}[\p{L}\p{M}\p{N}._:-])?$/u,
    'expected a name of 1 to 100 letters, digits, spaces and . _ : -, a letter or digit first',
  );

/** One target of a request: the same words as a target in a targets file (`lib/input/request/targets-file`). */
export const FleetTarget = z.looseObject({ name: z.string().min(1).max(200).optional() });
export type FleetTarget = z.infer<typeof FleetTarget>;

const HostName = z.string().min(1).max(253);

/** The proof that a person who controls `host` published a target's challenge there. */
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

/** What is registered of a target. Its name alone proves nothing: only the hosts in it are covered. */
export const TargetRecord = z.object({
  name: z.string().min(1).max(200),
  /** The hosts that a run of the definition contacts: ASCII host names and IP literals. */
  hosts: z.array(HostName).min(1),
  /** For all of `hosts` together. Only in items without `proofs` and without `vouch`. */
  authorisation: Authorisation.optional(),
  /** What a run of the target checks, without its name: a `Target` of lib/input/request/target.ts. */
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
  /** By whom and why an operator vouches for the hosts that the target had then. */
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
