import type { ProbeSpec } from '../../model/plan.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { type DatagramOutcome, exchangeDatagram } from '../../net/datagram.ts';
import { createExchange, type Exchange } from '../../net/exchange.ts';
import { hostPort } from '../../net/host-port.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe, ProbeContext } from '../contract/probe.ts';
import { initialDatagram } from './initial.ts';
import type { QuicObservation, QuicResult } from './observation.ts';
import { type ConnectionIds, negotiationRequest, readQuicPacket, versionName } from './packet.ts';

const CID_BYTES = 8;
/** Bytes shown of a datagram that is not an answer. */
const SHOWN_BYTES = 32;

interface PacketAttempt {
  readonly outcome: DatagramOutcome;
  readonly quic?: QuicResult;
}

/**
 * One datagram of a reserved version, which a server answers with the versions it supports. Version Negotiation is only
 * a SHOULD (RFC 9000 §6.1) and proxies leave it out, so after half of the budget one real Initial of version 1 is
 * sent before silence counts. A refusal by ICMP ends it immediately.
 */
export const probeQuic: Probe<QuicObservation> = async (spec, context) => {
  const { clock } = context;
  const start = clock.monotonic();
  const startedAt = isoTime(clock.now());
  const exchange = createExchange(clock);
  const half = Math.ceil(spec.timeoutMs / 2);

  let last = await ask('a reserved version', half, spec, context, exchange, (ids) =>
    negotiationRequest(Number.parseInt(context.randomHex(4), 16), ids),
  );
  if (last.quic === undefined && last.outcome.connect.status === 'timeout') {
    const random = Buffer.from(context.randomHex(32), 'hex');
    last = await ask('an Initial of version 1', spec.timeoutMs - half, spec, context, exchange, (ids) =>
      initialDatagram(spec.host, ids, random),
    );
  }
  const { outcome, quic } = last;
  return {
    kind: 'quic',
    ...observationHead(spec, context.vantage, {
      startedAt,
      localAddress: outcome.localAddress,
      localPort: outcome.localPort,
    }),
    connect: outcome.connect,
    ...(quic === undefined ? {} : { quic }),
    timings: {
      ...(quic === undefined ? {} : { firstByte: outcome.ms }),
      total: roundMs(clock.monotonic() - start),
    },
    exchange: exchange.lines,
  };
};

async function ask(
  what: string,
  timeoutMs: number,
  spec: ProbeSpec,
  context: ProbeContext,
  exchange: Exchange,
  request: (ids: ConnectionIds) => Buffer,
): Promise<PacketAttempt> {
  const peer = `${hostPort(spec.address, spec.port)}/udp`;
  const ids = {
    destination: Buffer.from(context.randomHex(CID_BYTES), 'hex'),
    source: Buffer.from(context.randomHex(CID_BYTES), 'hex'),
  };
  let quic: QuicResult | undefined;
  let stray: Buffer | undefined;
  const outcome = await exchangeDatagram(context, spec.address, spec.port, {
    timeoutMs,
    request: () => {
      const datagram = request(ids);
      exchange.sent(
        `QUIC, ${what}, ${datagram.length} bytes to ${peer}, connection ids ${ids.destination.toString('hex')} and ${ids.source.toString('hex')}`,
      );
      return datagram;
    },
    accept: (datagram) => {
      const packet = readQuicPacket(datagram, ids);
      if (packet === undefined) {
        stray ??= datagram.subarray(0, SHOWN_BYTES);
        return false;
      }
      const versions =
        packet.type === 'version-1' ? ['v1'] : packet.versions.flatMap((one) => versionName(one) ?? []);
      quic = { status: packet.type, versions };
      return true;
    },
  });
  if (quic !== undefined) {
    exchange.received(`QUIC ${quic.status}, versions ${quic.versions.join(', ') || 'none'}`);
    return { outcome, quic };
  }
  if (stray !== undefined) {
    const firstBytes = stray.toString('hex');
    exchange.received(`no answer to our packet: ${firstBytes}`);
    return { outcome, quic: { status: 'not-quic', versions: [], firstBytes } };
  }
  exchange.event(`${peer}: ${outcome.connect.status} after ${outcome.ms} ms`);
  return { outcome };
}
