import { offDeadline, onDeadline } from '../net/deadline.ts';

/** Time that a probe gets to come back with what it has once the run has ended, ms. */
const GRACE_MS = 1_000;

export type Ended<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/**
 * Waits for a probe and survives its bugs: one that throws, or that is still not back 10 % and a second after its own
 * budget (or a second after the end of the run), is given up as a value. Probes bound themselves; this is the net
 * below them, so that no single one can hold up or lose a run.
 */
export function withinBudget<T>(
  probe: () => Promise<T>,
  timeoutMs: number,
  deadline: AbortSignal,
): Promise<Ended<T>> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (ended: Ended<T>): void => {
      clearTimeout(timer);
      offDeadline(deadline, onEnd);
      resolve(ended);
    };
    const giveUpAfter = (ms: number, text: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => settle({ ok: false, error: text }), ms);
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
