import * as z from 'zod';
import { Port } from './endpoint.ts';
import { MOST_LISTENER_ADDRESSES, MOST_LISTENER_HOSTS, PRIVILEGED_BELOW } from './listener-limits.ts';

/** Ownership proven by DNS TXT or an HTTP file. */
const ProvenOnRecord = z.strictObject({
  kind: z.literal('proven'),
  method: z.enum(['dns-txt', 'http-file']),
  at: z.iso.datetime(),
});

/** An operator with the right to start runs vouches for it. */
const VouchedFor = z.strictObject({
  kind: z.literal('vouched'),
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(500),
});

/** Why the fleet may probe a target, as it is on record for all runs. */
export const Authorisation = z.discriminatedUnion('kind', [ProvenOnRecord, VouchedFor]);
export type Authorisation = z.infer<typeof Authorisation>;

const PrivilegedPort = Port.max(PRIVILEGED_BELOW - 1);

/** One address of a host, at which a listener answered one fresh challenge. */
export const ListenerProofAt = z.strictObject({
  host: z.string().min(1).max(253),
  address: z.union([z.ipv4(), z.ipv6()]),
  /** The port that was dialled, and the one that the listener saw. */
  port: PrivilegedPort,
  listenerPort: PrivilegedPort,
});
export type ListenerProofAt = z.infer<typeof ListenerProofAt>;

const MOST_LISTENER_PROOFS = MOST_LISTENER_HOSTS * MOST_LISTENER_ADDRESSES;

const provenByListener = {
  kind: z.literal('listener'),
  at: z.iso.datetime(),
  proofs: z.array(ListenerProofAt).min(1).max(MOST_LISTENER_PROOFS),
};

/** The same for one run: proofs of listeners count for its listener ports at those addresses. */
export const RunAuthorisation = z.discriminatedUnion('kind', [
  ProvenOnRecord,
  VouchedFor,
  /** `others`: by what is authorised what no listener proved. */
  z.strictObject({ ...provenByListener, others: Authorisation.optional() }),
]);
export type RunAuthorisation = z.infer<typeof RunAuthorisation>;
