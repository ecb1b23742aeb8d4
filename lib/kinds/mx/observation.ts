import * as z from 'zod';
import { DnssecFault, DnssecStatus } from '../../model/dnssec.ts';
import { ConnectResult, Timings } from '../../model/observed.ts';
import { Family } from '../../model/vocabulary.ts';
import { common } from '../contract/common-observation.ts';
import { TlsResult } from '../contract/tls-result.ts';
import { SmtpResult } from '../smtp/observation.ts';

/** One session with one address of a mail server. */
export const MxVisit = z.object({
  address: z.string(),
  family: Family,
  connect: ConnectResult,
  smtp: SmtpResult.optional(),
  timings: Timings,
  /** For each TLSA record, in their order: does a certificate that was sent fit it? Absent without a handshake. */
  fitsTlsa: z.array(z.boolean()).optional(),
  /** SHA-256 of the server's public key in hex, beside `fitsTlsa`. */
  keyDigest: z.string().optional(),
});
export type MxVisit = z.infer<typeof MxVisit>;

/** RFC 6698 §2.1: what a certificate of the server, or of its issuer, has to be. `data` in lower-case hex, its first bytes. */
export const TlsaRecord = z.object({
  usage: z.number(),
  selector: z.number(),
  matching: z.number(),
  data: z.string(),
});
export type TlsaRecord = z.infer<typeof TlsaRecord>;

/** The TLSA records of `_25._tcp.EXCHANGE`, where there are any, and what their signatures are worth. */
export const TlsaSet = z.object({
  name: z.string(),
  status: DnssecStatus,
  /** The resolver's code where there are no records. */
  code: z.string(),
  records: z.array(TlsaRecord),
  zone: z.string().optional(),
  reason: z.string().optional(),
  fault: DnssecFault.optional(),
});
export type TlsaSet = z.infer<typeof TlsaSet>;

export const MxExchange = z.object({
  preference: z.number(),
  /** The domain itself where it has no MX record (RFC 5321 §5.1). */
  exchange: z.string(),
  addresses: z.array(z.string()),
  /** An IP address, or nothing but digits and dots, in the place of a host name. */
  literal: z.boolean().optional(),
  /** An alias (CNAME) of this name. */
  alias: z.string().optional(),
  /** Its look-up failed with this code, so that there may be addresses that are not known. */
  error: z.string().optional(),
  doubted: z.boolean().optional(),
  tlsa: TlsaSet.optional(),
  /** In the order in which they were made, one after the other. */
  visits: z.array(MxVisit),
});
export type MxExchange = z.infer<typeof MxExchange>;

/** Why senders have no policy from an attempt to fetch it (RFC 8461 §3.3, RFC 8460 §4.3). */
export const PolicyFault = z.enum([
  'dns',
  'connect',
  'refused-by-guard',
  'tls',
  'certificate',
  'no-response',
  'redirect',
  'status',
  'content-type',
  'coding',
  'too-large',
  'incomplete',
  'syntax',
]);
export type PolicyFault = z.infer<typeof PolicyFault>;

export const StsPolicy = z.object({
  mode: z.enum(['enforce', 'testing', 'none']),
  /** Seconds for which senders keep it. */
  maxAge: z.number(),
  /** Patterns of mail server names: a name, or `*.` and a name. */
  mx: z.array(z.string()),
});
export type StsPolicy = z.infer<typeof StsPolicy>;

export const MtaSts = z.object({
  /** The TXT records at `_mta-sts.DOMAIN` that say v=STSv1. */
  records: z.array(z.string()),
  id: z.string().optional(),
  /** `several`: more than one, `syntax`: the record has no valid id. Senders then act as if there were none (RFC 8461 §3.1). */
  recordFault: z.enum(['several', 'syntax']).optional(),
  /** The look-up of the record failed with this code. */
  error: z.string().optional(),
  /** Absent: the record is missing or faulty, so that nobody asks for the policy. */
  fetch: z
    .object({
      url: z.string(),
      address: z.string().optional(),
      connect: ConnectResult.optional(),
      tls: TlsResult.optional(),
      status: z.number().optional(),
      contentType: z.string().optional(),
      bytes: z.number().optional(),
      fault: PolicyFault.optional(),
      /** What is wrong, in a few words. */
      detail: z.string().optional(),
      policy: StsPolicy.optional(),
    })
    .optional(),
});
export type MtaSts = z.infer<typeof MtaSts>;

export const MailRoute = z.object({
  domain: z.string(),
  /** By preference, best first. */
  exchanges: z.array(MxExchange),
  /** How many MX records there are, where it is more than `exchanges` holds. */
  count: z.number().optional(),
  /** The only MX is `0 .`. */
  nullMx: z.boolean(),
  /** An MX with the root as its exchange beside others (RFC 7505 §3). */
  nullBeside: z.boolean().optional(),
  /** No MX record: the domain's own addresses count. */
  implicit: z.boolean().optional(),
  /** The look-up of the MX records failed with this code. */
  error: z.string().optional(),
  doubted: z.boolean().optional(),
  /** Absent: no record, as far as is known. */
  mtaSts: MtaSts.optional(),
  /** TXT records at `_smtp._tls.DOMAIN` (RFC 8460 §3). */
  tlsRpt: z.array(z.string()).optional(),
});
export type MailRoute = z.infer<typeof MailRoute>;

export const MxObservation = z.object({ kind: z.literal('mx'), ...common, route: MailRoute });
export type MxObservation = z.infer<typeof MxObservation>;
