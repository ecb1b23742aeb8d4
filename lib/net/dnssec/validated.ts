import type { DnssecFault, DnssecStatus } from '../../model/dnssec.ts';

/** A question whose answer was verified. */
export interface Validated {
  readonly status: DnssecStatus;
  /** NOERROR, NODATA or NXDOMAIN; what the resolver said where it gave no answer. */
  readonly code: string;
  /** As in `DnsReply`; bogus ones, too. */
  readonly records: readonly string[];
  /** Names that CNAME and DNAME records lead on to. */
  readonly aliases: readonly string[];
  /** `secure`: the zone that signed the answer. `insecure`: the zone that is not signed. `bogus`: the zone at fault. */
  readonly zone?: string;
  /** Only where it is `bogus`. */
  readonly fault?: DnssecFault;
  /** Only where it is `insecure` or `indeterminate`. */
  readonly reason?: string;
  /** Only where it is `indeterminate` since no signatures come: what the resolver itself says without and with CD (its codes). */
  readonly byResolver?: { readonly checked: string; readonly unchecked: string };
}
