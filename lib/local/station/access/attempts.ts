/**
 * How often somebody may try a password: counted for the account as tried from one client, so that whoever tries twenty
 * keeps nobody else waiting, and for the client over all accounts.
 */
export interface Attempts {
  /**
   * Counts a try before it is made, so that many at the same moment are no way around it. `waitMs`: it is too early, and
   * was not counted. `count`: of tries of the account that were not right, with this one; `all`: of the client.
   */
  begin(
    client: string | undefined,
    account: string,
  ): { readonly waitMs: number } | { readonly count: number; readonly all: number };
  /** It was right. */
  succeeded(client: string | undefined, account: string): void;
}

interface Tries {
  readonly count: number;
  /** On the clock of `elapsed`. */
  readonly last: number;
}

/** Tries without a wait; after them 1 s, 2 s, 4 s, up to the longest. */
const FREE = { account: 5, client: 100 } as const;
const LONGEST_MS = { account: 900_000, client: 10_000 } as const;
/** After so long without a try nothing is counted any more. */
const FORGOTTEN_MS = 3_600_000;
const MOST = 20_000;
const MAX_ACCOUNT = 60;

/** @param elapsed ms that no setting of the clock moves */
export function createAttempts(elapsed: () => number): Attempts {
  const tries = new Map<string, Tries>();
  const of = (key: string): Tries | undefined => {
    const found = tries.get(key);
    return found !== undefined && elapsed() - found.last < FORGOTTEN_MS ? found : undefined;
  };
  const waitOf = (key: string, scope: keyof typeof FREE): number => {
    const found = of(key);
    if (found === undefined || found.count < FREE[scope]) return 0;
    const pause = Math.min(1_000 * 2 ** (found.count - FREE[scope]), LONGEST_MS[scope]);
    return Math.max(0, found.last + pause - elapsed());
  };
  const add = (key: string): number => {
    const count = (of(key)?.count ?? 0) + 1;
    // At the end of the map again: the first ones are those that were not tried for longest.
    tries.delete(key);
    tries.set(key, { count, last: elapsed() });
    const [oldest] = tries.keys();
    if (tries.size > MOST && oldest !== undefined) tries.delete(oldest);
    return count;
  };
  const keys = (client: string | undefined, account: string) => {
    const from = networkOf(client);
    return { pair: `${from} ${account.toLowerCase().slice(0, MAX_ACCOUNT)}`, from };
  };
  return {
    begin(client, account) {
      const { pair, from } = keys(client, account);
      const waitMs = Math.max(waitOf(pair, 'account'), waitOf(from, 'client'));
      if (waitMs > 0) return { waitMs };
      return { all: add(from), count: add(pair) };
    },
    succeeded(client, account) {
      const { pair, from } = keys(client, account);
      tries.delete(pair);
      const all = tries.get(from);
      if (all !== undefined) tries.set(from, { ...all, count: Math.max(0, all.count - 1) });
    },
  };
}

/** One customer's line has a /64 of IPv6 at least (RFC 6177), and any number of addresses in it. */
function networkOf(client = 'unknown'): string {
  if (!client.includes(':') || client.includes('.')) return client;
  const [head = '', tail = ''] = client.replace(/%.*$/, '').split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
