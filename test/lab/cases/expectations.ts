/** Expectations and settings that many cases have in common. */
import { descriptorOf } from '../../../lib/kinds/descriptors.ts';
import type { LabCase } from '../case.ts';

export const PASSES = { verdict: 'pass', state: 'open' } as const;
/** The protocol answered, and the service is at fault all the same. */
export const service = { verdict: 'fail', state: 'open', side: 'service' } as const;
export const warning = { verdict: 'warn', state: 'open', side: 'service' } as const;
/** TCP connects, and the protocol above fails. */
export const broken = { verdict: 'fail', state: 'broken', side: 'service' } as const;
/** Long enough for a connection on a busy machine, short enough for silence to be waited for. */
export const PATIENCE = { timeoutMs: 2_500 } as const;

/**
 * The time that the program itself gives a mail session. Postfix starts a process for the greeting (smtpd), one for
 * STARTTLS (tlsmgr) and one for RCPT (trivial-rewrite); on a busy machine each takes a second and more, as the times of
 * the replies show, and the whole session longer than the lab's usual time.
 */
export const withMailTime = (one: LabCase): LabCase =>
  one.settings === undefined ? { ...one, settings: { timeoutMs: descriptorOf('smtp').timeoutMs } } : one;
