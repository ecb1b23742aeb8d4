/** What the bench is measured by. */
import type { ExchangeId } from './exchange.ts';

/** Most CPU of a probe with all its evidence, relative to blackbox_exporter's of the same exchange. */
export const MOST_OF_BLACKBOX: Readonly<Partial<Record<ExchangeId, number>>> = {
  tcp: 0.5,
  tls: 0.9,
  'tls-chain': 0.9,
  https: 0.9,
  'https-chain': 0.9,
  'https-h2': 0.9,
};
/** The same relative to bare Node sockets. */
export const MOST_OF_BARE = 1.3;
/** `inbound-check --version` relative to `node -e 0`. */
export const MOST_OF_NODE_START = 1.6;
/** A prober's cold start relative to one without the kernel's evidence. */
export const MOST_OF_START_WITHOUT_EVIDENCE = 1.05;
/** A healthy host under lucy-saas, beyond process start, ms. */
export const HEALTHY_HOST_MS = 250;
/** Peak memory of 10,000 endpoints, MB. */
export const MANY_TARGETS_MB = 250;
/** One check of both web ports, ms. */
export const BOTH_PORTS_MS = 1_000;
/** A station with 1,000 targets every 15 minutes and 50 readers. */
export const STATION_GOALS = { startMs: 1_000, readP99Ms: 50, peakMb: 300 } as const;
