/** English words of all formats, so that one thing has one name in every report. */
import type { Side, Verdict } from '../../model/vocabulary.ts';

export const VERDICT_TITLE = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  inconclusive: 'Inconclusive',
} as const satisfies Record<Verdict, string>;

/** Who has to act. */
export const SIDE_WORDS = {
  dns: 'the operator of the DNS zone',
  network: 'network team (firewall, NAT or provider)',
  host: 'the operator of the host',
  service: 'the operator of the service',
  prober: 'the tester (this side)',
} as const satisfies Record<Side, string>;

/** Used in place of the documentation of a cause that only a later version knows. */
export const UNKNOWN_CAUSE = 'a cause that this version does not know';
