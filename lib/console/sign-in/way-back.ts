/**
 * What the browser brings back from the sign-in page. The first sign-in leaves this page and comes back to it; a later one has a
 * tab of its own, which hands its code to the tab that waits for it, so that nothing typed there is lost.
 */
import type { BegunSignIn } from './authorization.ts';

export type WayBack =
  | { readonly status: 'not-yet' }
  | { readonly status: 'code'; readonly code: string; readonly begun: BegunSignIn }
  | { readonly status: 'handed-over' }
  /** @property error as OAuth calls it, such as `access_denied` */
  | { readonly status: 'refused'; readonly error: string };

/** Of the tab: what a sign-in needs when it comes back, and where in the console it began. No token is ever in it. */
const KEPT = 'inbound-check.sign-in';
const CHANNEL = 'inbound-check.sign-in';
/** Milliseconds that a tab has to take a code. */
const TAKEN_MS = 5_000;

type TabMessage =
  | { readonly kind: 'code'; readonly state: string; readonly code: string }
  | { readonly kind: 'taken'; readonly state: string };

export const keepForReturn = ({ state, verifier }: BegunSignIn, place: string): void =>
  sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, place }));

export async function wayBack(): Promise<WayBack> {
  const query = new URLSearchParams(location.search);
  const [code, state, error] = ['code', 'state', 'error'].map((name) => query.get(name) ?? '');
  if (!code && !error) return { status: 'not-yet' };
  const kept = takeKept();
  // The code is out of the address before anything else is done.
  history.replaceState(null, '', `/${kept?.place ?? location.hash}`);
  if (error) return { status: 'refused', error: /^[a-z_]{1,40}$/.test(error) ? error : 'error' };
  if (!code || !state) return { status: 'refused', error: 'error' };
  if (kept?.state === state) return { status: 'code', code, begun: kept };
  return (await handOver(code, state)) ? { status: 'handed-over' } : { status: 'refused', error: 'state' };
}

function takeKept(): (BegunSignIn & { readonly place: string }) | undefined {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return text === null ? undefined : (JSON.parse(text) as BegunSignIn & { readonly place: string });
}

function handOver(code: string, state: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), TAKEN_MS);
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data.kind !== 'taken' || data.state !== state) return;
      clearTimeout(timer);
      resolve(true);
    };
    channel.postMessage({ kind: 'code', state, code } satisfies TabMessage);
  }).finally(() => channel.close());
}

/** Waits for the code of a sign-in in another tab; `take` says whether it was good. Ends the waiting before it. */
export function awaitCode({ state }: BegunSignIn, take: (code: string) => Promise<boolean>): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = async ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind !== 'code' || data.state !== state) return;
    channel.onmessage = null;
    if (await take(data.code)) channel.postMessage({ kind: 'taken', state } satisfies TabMessage);
    channel.close();
  };
  return () => channel.close();
}
