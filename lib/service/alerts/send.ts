/** Sends to one webhook until it is delivered, refused, or the time is up. */
import type { Posted } from './post.ts';

export type Delivery =
  | { readonly status: 'delivered'; readonly code: number; readonly tries: number }
  /** Permanently: another try would get the same. */
  | { readonly status: 'refused'; readonly reason: string; readonly code?: number; readonly tries: number }
  /** Perhaps later: the caller tries again. */
  | { readonly status: 'postponed'; readonly reason: string; readonly code?: number; readonly tries: number };

export interface SendSetup {
  /** One try; `timeoutMs` for all of it. */
  readonly attempt: (timeoutMs: number) => Promise<Posted>;
  /** Monotonic ms. */
  readonly now: () => number;
  /** On the same clock: nothing is begun that could end later. */
  readonly deadline: number;
  readonly pause: (ms: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
}

export const MAX_TRIES = 4;
/** Milliseconds of one try: receivers that take longer count as down. */
export const TRY_MS = 10_000;
/** Less than this is not worth a try. */
const MIN_TRY_MS = 1_000;
/** Upper end of the first pause, ms; it doubles, and each is drawn between 0 and it ("full jitter"). */
const FIRST_PAUSE_MS = 1_000;
/**
 * Answers that another try may change: RFC 9110 §15.5.9 (408), RFC 8470 §5.2 (425), RFC 6585 §4 (429), and the faults
 * of servers.
 */
const mayPass = (code: number): boolean => [408, 425, 429].includes(code) || code >= 500;

export async function send({ attempt, now, deadline, pause, random }: SendSetup): Promise<Delivery> {
  for (let tries = 1; ; tries += 1) {
    const left = deadline - now();
    if (left < MIN_TRY_MS) return { status: 'postponed', reason: 'no time left', tries: tries - 1 };
    const posted = await attempt(Math.min(TRY_MS, left));
    const ended = verdictOf(posted, tries);
    if (ended.status !== 'postponed' || tries === MAX_TRIES) return ended;
    const drawn = FIRST_PAUSE_MS * 2 ** (tries - 1) * random();
    const asked = posted.status === 'answered' ? (posted.retryAfterMs ?? 0) : 0;
    const wait = Math.max(drawn, asked);
    // Sooner than it asks would be refused again: the next invocation comes later.
    if (now() + wait + MIN_TRY_MS > deadline) return ended;
    await pause(wait);
  }
}

function verdictOf(posted: Posted, tries: number): Delivery {
  if (posted.status === 'unanswered')
    return { status: posted.passing ? 'postponed' : 'refused', reason: posted.message, tries };
  const { code } = posted;
  if (code >= 200 && code < 300) return { status: 'delivered', code, tries };
  const redirect = code >= 300 && code < 400 ? ', and redirects are not followed' : '';
  return {
    status: mayPass(code) ? 'postponed' : 'refused',
    reason: `answered ${code}${redirect}`,
    code,
    tries,
  };
}
