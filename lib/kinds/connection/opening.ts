import type { Socket } from 'node:net';
import type { ConnectResult, ExchangeLine } from '../../model/observed.ts';
import type { ProbeSpec } from '../../model/plan.ts';
import type { Family } from '../../model/vocabulary.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { describeDial } from '../../net/dial.ts';
import { createExchange, type Exchange } from '../../net/exchange.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { ProbeContext } from '../contract/probe.ts';

/** The fields of an observation that are known once the connect has ended. */
export interface OpeningFacts {
  readonly endpointId: string;
  readonly vantage: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family?: Family;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly startedAt: string;
  readonly connect: ConnectResult;
  readonly exchange: ExchangeLine[];
}

export interface Opening {
  readonly facts: OpeningFacts;
  /** Present when the connect succeeded; to be destroyed by the probe. */
  readonly socket?: Socket;
  readonly exchange: Exchange;
  readonly connectMs: number;
  /** Milliseconds since the probe began. */
  elapsed(): number;
  /** Milliseconds left of the probe's budget; never negative. */
  remaining(): number;
}

/**
 * Opens the connection of a probe whose whole budget is `spec.timeoutMs`, and starts its record. For probes that
 * write at most once: Nagle's algorithm stays on.
 */
export async function openConnection(spec: ProbeSpec, context: ProbeContext): Promise<Opening> {
  const start = context.clock.monotonic();
  const startedAt = isoTime(context.clock.now());
  const exchange = createExchange(context.clock);
  const dialled = await context.dial(spec.address, spec.port, {
    timeoutMs: spec.timeoutMs,
    noDelay: false,
  });
  exchange.event(describeDial(spec.address, spec.port, dialled));
  const { localAddress, localPort } = dialled;
  const facts: OpeningFacts = {
    ...observationHead(spec, context.vantage, { startedAt, localAddress, localPort }),
    connect: dialled.ok ? { status: 'connected' } : dialled.result,
    exchange: exchange.lines,
  };
  const elapsed = (): number => roundMs(context.clock.monotonic() - start);
  const remaining = (): number => Math.max(0, spec.timeoutMs - elapsed());
  if (!dialled.ok) return { facts, exchange, connectMs: dialled.ms, elapsed, remaining };
  return { facts, socket: dialled.socket, exchange, connectMs: dialled.ms, elapsed, remaining };
}
