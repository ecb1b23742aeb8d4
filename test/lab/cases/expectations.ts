/** Expectations and settings that many cases have in common. */

export const PASSES = { verdict: 'pass', state: 'open' } as const;
/** The protocol answered, and the service is at fault all the same. */
export const service = { verdict: 'fail', state: 'open', side: 'service' } as const;
export const warning = { verdict: 'warn', state: 'open', side: 'service' } as const;
/** TCP connects, and the protocol above fails. */
export const broken = { verdict: 'fail', state: 'broken', side: 'service' } as const;
/** Long enough for a connection on a busy machine, short enough for silence to be waited for. */
export const PATIENCE = { timeoutMs: 2_500 } as const;
