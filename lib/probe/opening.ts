import type { Socket } from 'node:net';
import type { ConnectResult, ExchangeLine } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import type { Family } from '../model/vocabulary.ts';
import { roundMs } from '../net/clock.ts';
import { describeDial } from '../net/dial.ts';
import { createExchange, type Exchange } from '../net/exchange.ts';
import type { ProbeContext } from './probe.ts';

/** The fields of an observation that are known once the connect has ended. */
export interface OpeningFacts {
  readonly endpointId: string;
  readonly vantage: string;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly family?: Family;
  readonly localAddress?: string;
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

/** Opens the connection of a probe whose whole budget is `spec.timeoutMs`, and starts its record. */
export async function openConnection(spec: ProbeSpec, context: ProbeContext): Promise<Opening> {
  const start = context.clock.monotonic();
  const startedAt = new Date(context.clock.now()).toISOString();
  const exchange = createExchange(context.clock);
  const dialled = await context.dial(spec.address, spec.port, { timeoutMs: spec.timeoutMs });
  exchange.event(describeDial(spec.address, spec.port, dialled));
  const elapsed = (): number => roundMs(context.clock.monotonic() - start);
  return {
    facts: {
      endpointId: spec.endpointId,
      vantage: context.vantage,
      host: spec.host,
      port: spec.port,
      address: spec.address,
      ...(spec.family === undefined ? {} : { family: spec.family }),
      ...(dialled.ok ? { localAddress: dialled.localAddress } : {}),
      startedAt,
      connect: dialled.ok ? { status: 'connected' } : dialled.result,
      exchange: exchange.lines,
    },
    ...(dialled.ok ? { socket: dialled.socket } : {}),
    exchange,
    connectMs: dialled.ms,
    elapsed,
    remaining: () => Math.max(0, spec.timeoutMs - elapsed()),
  };
}
