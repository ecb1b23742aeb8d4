import type { CauseCode } from '../../model/vocabulary.ts';

/** What the person at the tester's end asks the one at the listener, before the usual advice for a cause. */
export const ASK_FIRST: Partial<Record<CauseCode, string>> = {
  'tcp.refused':
    'Ask first whether the listener’s window is still open and shows this port: a listener that has ended is gone, and says nothing of the way. If its screen says WAITING, something else refuses.',
  'tcp.filtered':
    'Ask first what the listener’s screen says of this port: WAITING, and the test does not get there; ARRIVED, and the answers are lost on the way back; a closed window says nothing of the way.',
};
