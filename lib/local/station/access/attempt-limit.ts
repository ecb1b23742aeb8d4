/** Limits how often one client may guess: a sliding count for each address, in memory. */

export interface AttemptLimit {
  /** Seconds until this client may try again; 0: now. */
  waitOf(client: string): number;
  /** One more that led to nothing. */
  failed(client: string): void;
}

export interface AttemptLimitOptions {
  /** Attempts that led to nothing within `withinMs`: with one more, the client has to wait until the first of them is so old. */
  readonly most: number;
  readonly withinMs: number;
  /** Milliseconds that no setting of the clock moves. */
  readonly elapsed: () => number;
}

/** Clients that are remembered at once; beyond that the one that was quiet longest is forgotten. */
const MAX_CLIENTS = 10_000;

/** @param client as `clientAddress` gives it */
export function createAttemptLimit({ most, withinMs, elapsed }: AttemptLimitOptions): AttemptLimit {
  const clients = new Map<string, readonly number[]>();
  const recent = (network: string): readonly number[] =>
    (clients.get(network) ?? []).filter((at) => elapsed() - at < withinMs);
  return {
    waitOf(client) {
      const times = recent(networkOf(client));
      const first = times.at(-most);
      return first === undefined ? 0 : Math.max(1, Math.ceil((withinMs - (elapsed() - first)) / 1_000));
    },
    failed(client) {
      const network = networkOf(client);
      const times = [...recent(network), elapsed()].slice(-most);
      clients.delete(network);
      clients.set(network, times);
      if (clients.size <= MAX_CLIENTS) return;
      const [oldest] = clients.keys();
      if (oldest !== undefined) clients.delete(oldest);
    },
  };
}

/** One machine has a whole /64 of IPv6 addresses to ask from (RFC 4291 §2.5.1). */
export function networkOf(client: string): string {
  if (!client.includes(':')) return client;
  const [head = '', tail] = client.toLowerCase().split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
