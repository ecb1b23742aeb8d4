import { systemClock } from '../../net/clock.ts';
import { createDial } from '../../net/dial.ts';
import { createGuard } from '../../net/guard.ts';
import { createResolver } from '../../net/resolver.ts';
import type { WebhookNetwork } from './guarded-connector.ts';

export interface WebhookNetworkOptions {
  /** Loopback and private addresses may be dialled: in tests. */
  readonly allowPrivate: boolean;
  /** `address` or `address:port`; empty: the system's. */
  readonly servers?: readonly string[];
  /** PEM, in addition to Node's own roots. */
  readonly trustAnchors?: readonly string[];
}

/** Milliseconds for a webhook's name. */
const RESOLVE_MS = 5_000;

/** The network of the machine, with the same address guard as the probes. */
export function createWebhookNetwork({
  allowPrivate,
  servers = [],
  trustAnchors = [],
}: WebhookNetworkOptions): WebhookNetwork {
  const guard = createGuard({ allowPrivate });
  const clock = systemClock;
  // Each try has its own time limit, which closes its connection.
  const deadline = new AbortController().signal;
  return {
    guard,
    dial: createDial({ guard, clock, deadline }),
    resolver: createResolver({ servers, pins: [], timeoutMs: RESOLVE_MS, clock }),
    trustAnchors,
  };
}
