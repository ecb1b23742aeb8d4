import { isoTime, roundMs } from '../../net/clock.ts';
import { exchangeDatagram } from '../../net/datagram.ts';
import { createExchange } from '../../net/exchange.ts';
import { hostPort } from '../../net/host-port.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe } from '../contract/probe.ts';
import type { NtpObservation } from './observation.ts';
import { clientPacket, type NtpReply, readNtpReply } from './packet.ts';

/**
 * One client packet, one answer. It is not repeated within a probe: RFC 4330 §10 asks clients for 15 s between
 * requests, and a lost packet is covered by the retry.
 */
export const probeNtp: Probe<NtpObservation> = async (spec, context) => {
  const { clock } = context;
  const start = clock.monotonic();
  const startedAt = isoTime(clock.now());
  const exchange = createExchange(clock);
  const peer = hostPort(spec.address, spec.port);
  // A random transmit timestamp, as chrony and OpenNTPD send it, does not reveal our clock and can't be guessed.
  const nonce = Buffer.from(context.randomHex(8), 'hex');
  let sentAt = clock.now();
  let answer: NtpReply | undefined;
  let stray: Buffer | undefined;

  const outcome = await exchangeDatagram(context, spec.address, spec.port, {
    timeoutMs: spec.timeoutMs,
    request: () => {
      sentAt = clock.now();
      exchange.sent(
        `NTP version 4 client packet to ${peer}/udp, transmit timestamp ${nonce.toString('hex')}`,
      );
      return clientPacket(nonce);
    },
    accept: (datagram) => {
      answer = readNtpReply(datagram, nonce, sentAt, clock.now());
      if (answer === undefined) stray ??= datagram.subarray(0, 64);
      return answer !== undefined;
    },
  });

  if (answer !== undefined) {
    exchange.received(
      `NTP ${answer.status}: stratum ${answer.stratum}, reference ${answer.referenceId || 'none'}, offset ${answer.offsetMs} ms`,
    );
  } else if (stray !== undefined) {
    exchange.received(`no answer to our packet: ${stray.toString('hex')}`);
  } else {
    exchange.event(`${peer}/udp: ${outcome.connect.status} after ${outcome.ms} ms`);
  }
  const ntp =
    answer ??
    (stray === undefined
      ? undefined
      : { status: 'not-ntp' as const, stratum: 0, referenceId: '', offsetMs: 0 });
  return {
    kind: 'ntp',
    ...observationHead(spec, context.vantage, {
      startedAt,
      localAddress: outcome.localAddress,
      localPort: outcome.localPort,
    }),
    connect: outcome.connect,
    ...(ntp === undefined ? {} : { ntp }),
    timings: {
      ...(answer === undefined ? {} : { firstByte: outcome.ms }),
      total: roundMs(clock.monotonic() - start),
    },
    exchange: exchange.lines,
  };
};
