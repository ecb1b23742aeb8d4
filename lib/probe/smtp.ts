import { isIP, type Socket } from 'node:net';
import type { ConnectResult, SmtpObservation, SmtpResult, Timings, TlsResult } from '../model/observation.ts';
import { isoTime, roundMs } from '../net/clock.ts';
import { describeDial } from '../net/dial.ts';
import { createExchange } from '../net/exchange.ts';
import type { Probe } from './probe.ts';
import { startEvidence } from './smtp-evidence.ts';
import { describeTls, endOfHandshake, type SessionSetup, smtpSession } from './smtp-session.ts';
import { createCutoff } from './smtp-wire.ts';
import { handshake, oldestProtocol } from './tls-handshake.ts';

/** Longest part of the budget that the connect may take, ms: the greeting may be slow, SYN-ACK is not. */
const CONNECT_MS = 8_000;

/** What the test for old protocols may take after the session, ms. */
const OLD_PROTOCOLS_MS = 3_000;

type Measured = { smtp: SmtpResult; timings: Omit<Timings, 'total'> };

/**
 * smtp and smtps: greeting with its delay, extensions, STARTTLS with the certificate (smtps: TLS from the first byte), a given
 * recipient and, when asked, one foreign one; PTR and MX beside it. `spec.timeoutMs` bounds the whole.
 */
export const probeSmtp: Probe<SmtpObservation> = async (spec, context) => {
  const { clock, deadline } = context;
  const begin = clock.monotonic();
  const startedAt = isoTime(clock.now());
  const exchange = createExchange(clock);
  const cutoff = createCutoff(spec.timeoutMs, begin, clock, deadline);
  const evidence = startEvidence(spec, context);
  const observe = (
    connect: ConnectResult,
    phases: Omit<Timings, 'total'>,
    localAddress: string | undefined,
    smtp: SmtpResult | undefined,
  ): SmtpObservation => {
    cutoff.clear();
    const observation: SmtpObservation = {
      kind: spec.kind === 'smtps' ? 'smtps' : 'smtp',
      endpointId: spec.endpointId,
      vantage: context.vantage,
      host: spec.host,
      port: spec.port,
      address: spec.address,
      startedAt,
      timings: { ...phases, total: roundMs(clock.monotonic() - begin) },
      exchange: exchange.lines,
      connect,
    };
    if (spec.family !== undefined) observation.family = spec.family;
    if (localAddress !== undefined && localAddress !== '') observation.localAddress = localAddress;
    if (smtp !== undefined) observation.smtp = smtp;
    return observation;
  };

  const dialled = await context.dial(spec.address, spec.port, {
    timeoutMs: Math.min(spec.timeoutMs, CONNECT_MS),
    // Each command is one write and waits for its reply, so Nagle's algorithm has nothing to hold back.
    noDelay: false,
  });
  exchange.event(describeDial(spec.address, spec.port, dialled));
  if (!dialled.ok) {
    // Where the mail goes is worth knowing all the same; nothing else is.
    const wanted = spec.assertions?.mxDomain !== undefined;
    const mail = wanted ? await evidence.collect(cutoff.left()) : {};
    const smtp: SmtpResult | undefined = wanted
      ? { end: 'complete', lastPhase: 'connect', ...mail }
      : undefined;
    return observe(dialled.result, { connect: dialled.ms }, undefined, smtp);
  }

  const setup: SessionSetup = { spec, context, cutoff, exchange };
  const measured =
    spec.kind === 'smtps' ? await implicitTls(dialled.socket, setup) : await plain(dialled.socket, setup);
  const mail = await evidence.collect(cutoff.left());
  return observe(
    { status: 'connected' },
    { connect: dialled.ms, ...measured.timings },
    dialled.localAddress,
    Object.assign(measured.smtp, mail),
  );
};

async function plain(socket: Socket, setup: SessionSetup): Promise<Measured> {
  const { smtp, firstByteMs, tlsMs } = await smtpSession(socket, true, setup);
  return { smtp, timings: timingsOf(firstByteMs, tlsMs) };
}

/** RFC 8314 §3.3: TLS before the greeting. */
async function implicitTls(socket: Socket, setup: SessionSetup): Promise<Measured> {
  const { spec, context, cutoff, exchange } = setup;
  const named = isIP(spec.host) === 0 ? { servername: spec.host } : {};
  const tls = await handshake(socket, { host: spec.host, ...named, timeoutMs: cutoff.left() }, context);
  exchange.event(describeTls(tls.result));
  if (tls.socket === undefined) {
    const smtp: SmtpResult = { end: endOfHandshake(tls.result), lastPhase: 'tls', tls: tls.result };
    return { smtp, timings: { tls: tls.ms } };
  }
  const { smtp, firstByteMs } = await smtpSession(tls.socket, false, setup);
  return {
    smtp: { ...smtp, tls: await withOldest(tls.result, named, setup) },
    timings: timingsOf(firstByteMs, tls.ms),
  };
}

/** After the session and not beside it: a mail server gets one connection at a time from us. */
async function withOldest(
  tls: TlsResult,
  named: { servername?: string },
  { spec, context, cutoff }: SessionSetup,
): Promise<TlsResult> {
  if (spec.oldProtocols !== true || cutoff.reason() !== undefined) return tls;
  const negotiated = tls.protocol === undefined ? {} : { negotiated: tls.protocol };
  const timeoutMs = Math.min(cutoff.left(), OLD_PROTOCOLS_MS);
  const oldest = await oldestProtocol(
    spec.address,
    spec.port,
    { ...named, ...negotiated, timeoutMs },
    context,
  );
  return oldest === undefined ? tls : { ...tls, oldestProtocol: oldest };
}

function timingsOf(firstByte: number | undefined, tls: number | undefined): Omit<Timings, 'total'> {
  const timings: Omit<Timings, 'total'> = {};
  if (firstByte !== undefined) timings.firstByte = firstByte;
  if (tls !== undefined) timings.tls = tls;
  return timings;
}
