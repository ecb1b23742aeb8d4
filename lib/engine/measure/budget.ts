import { offDeadline, onDeadline } from '../../net/deadline.ts';
import { deferredTimeout } from '../../net/deferred-timeout.ts';
import { ownLag, toleratedLag } from '../../net/lag.ts';

/** Time that a probe gets to return what it has after the run has ended, ms. */
const GRACE_MS = 1_000;

export type Ended<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/**
 * Waits for a probe, also where it has a bug: one that throws, or that has not returned 10 % and a second after its own
 * budget (or a second after the end of the run), is replaced by a value. Probes have their own limits; this is a
 * second one, so that no single probe can delay or lose a run. Where this process was stopped or got no CPU time meanwhile, the
 * probe gets the same time once more: its own timers were late too, and its work after them takes time.
 */
export function withinBudget<T>(
  probe: () => Promise<T>,
  timeoutMs: number,
  deadline: AbortSignal,
): Promise<Ended<T>> {
  return new Promise((resolve) => {
    const watching = ownLag.begin();
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    let putOff = false;
    const settle = (ended: Ended<T>): void => {
      if (settled) return;
      settled = true;
      watching.end();
      clearTimeout(timer);
      offDeadline(deadline, onEnd);
      resolve(ended);
    };
    const giveUpAfter = (ms: number, text: string): void => {
      clearTimeout(timer);
      const giveUp = (): void => {
        if (settled) return;
        if (putOff || watching.ms() <= toleratedLag(timeoutMs)) {
          settle({ ok: false, error: text });
        } else {
          putOff = true;
          giveUpAfter(ms, text);
        }
      };
      timer = setTimeout(deferredTimeout(giveUp), ms);
    };
    const onEnd = (): void => giveUpAfter(GRACE_MS, 'the probe did not stop when the run ended');
    giveUpAfter(timeoutMs * 1.1 + GRACE_MS, `the probe did not end in its ${timeoutMs} ms`);
    onDeadline(deadline, onEnd);
    if (deadline.aborted) onEnd();
    start(probe).then(
      (value) => settle({ ok: true, value }),
      (error: unknown) => settle({ ok: false, error }),
    );
  });
}

/** A probe that throws before its first await rejects like any other. */
async function start<T>(probe: () => Promise<T>): Promise<T> {
  return probe();
}
