/** What the parts of the bench agree on: the exchanges that are measured, and the messages between its processes. */

export const EXCHANGES = [
  'tcp',
  'tls',
  'tls-chain',
  'https',
  'https-chain',
  'https-h2',
  'smtp',
  'smtp-starttls',
] as const;
export type ExchangeId = (typeof EXCHANGES)[number];

/** Who makes them: bare Node sockets, our probes, our whole engine, blackbox_exporter. */
export const CONTENDERS = ['bare', 'probe', 'check', 'blackbox'] as const;
export type ContenderId = (typeof CONTENDERS)[number];

/**
 * Each contender connects to an address of its own. The kernel looks for a free local port for each peer address: what
 * one contender has left in TIME_WAIT would make the next one's connects dearer.
 */
export const ADDRESSES: Readonly<Record<ContenderId, string>> = {
  bare: '127.0.0.11',
  probe: '127.0.0.12',
  check: '127.0.0.13',
  blackbox: '127.0.0.14',
};

/** Where the measured servers listen, and what a client must know to trust them. */
export interface Site {
  /** Name in the certificate; never looked up. */
  readonly host: string;
  /** 0: there is no such server. */
  readonly ports: Readonly<Record<ExchangeId | 'http', number>>;
  /** PEM of the root, and the file that holds it. */
  readonly root: string;
  readonly rootFile: string;
}

/** Sends `count` exchanges, `concurrency` at a time. */
export interface Round {
  readonly exchange: ExchangeId;
  readonly count: number;
  readonly concurrency: number;
}

export interface Measured {
  /** User and system time of the whole process, all threads, in ms. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Exchanges that did not end as they should; the bench stops at the first, as failing is cheaper. */
  readonly failed: number;
}

/** One way to make the exchanges. Each resolves to whether it went as it should; never rejects. */
export type Exchanges = Readonly<Record<ExchangeId, () => Promise<boolean>>>;

/** Calls `once` `count` times, `concurrency` at a time; gives the number of failures. */
export async function repeat(once: () => Promise<boolean>, { count, concurrency }: Round): Promise<number> {
  let left = count;
  let failed = 0;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (!(await once())) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
  return failed;
}
