import type { Socket } from 'node:net';
import type { HelloSizes } from '../../model/hello-sizes.ts';
import type { ConnectResult, Timings } from '../../model/observed.ts';
import { isoTime, roundMs } from '../../net/clock.ts';
import { describeDial } from '../../net/dial.ts';
import { createExchange } from '../../net/exchange.ts';
import { isIP } from '../../net/ip.ts';
import type { LocalEnd } from '../../net/network-access.ts';
import { expectedHeader } from '../connection/proxy-header.ts';
import { askRevocation, asksRevocation } from '../connection/revocation.ts';
import { describeTls } from '../connection/tls-evidence.ts';
import { handshake } from '../connection/tls-handshake.ts';
import { whatServerAccepts } from '../connection/what-server-accepts.ts';
import { observationHead } from '../contract/observation-head.ts';
import type { Probe } from '../contract/probe.ts';
import type { ProxyHeader } from '../contract/proxy-header.ts';
import type { TlsResult } from '../contract/tls-result.ts';
import { fetchWhole } from '../http/measure/fetch-whole.ts';
import { startEvidence } from './measure/evidence.ts';
import { trySmallHello } from './measure/hello-sizes.ts';
import { endOfHandshake, type SessionSetup, smtpSession } from './measure/session.ts';
import { createCutoff } from './measure/wire.ts';
import type { SmtpObservation, SmtpResult } from './observation.ts';

/** Longest part of the budget that the connect may take, ms: the greeting may be slow, a SYN-ACK is not. */
export const CONNECT_MS = 8_000;

/** What the tests for old protocols and for weak suites may take after the session, each, ms. */
const ACCEPTED_MS = 3_000;

type MeasuredSession = { smtp: SmtpResult; timings: Omit<Timings, 'total'>; hello?: HelloSizes };

/**
 * smtp and smtps: greeting with its delay, extensions, STARTTLS with the certificate (smtps: TLS from the first byte), a given
 * recipient and, when asked, one foreign one; PTR and MX in parallel. `spec.timeoutMs` bounds the whole.
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
    { localAddress, localPort }: LocalEnd,
    smtp: SmtpResult | undefined,
  ): SmtpObservation => {
    cutoff.clear();
    const observation: SmtpObservation = {
      kind: spec.kind === 'smtps' ? 'smtps' : 'smtp',
      ...observationHead(spec, context.vantage, { startedAt, localAddress, localPort }),
      timings: { ...phases, total: roundMs(clock.monotonic() - begin) },
      exchange: exchange.lines,
      connect,
    };
    if (smtp !== undefined) observation.smtp = smtp;
    return observation;
  };

  const dialled = await context.dial(spec.address, spec.port, {
    timeoutMs: Math.min(spec.timeoutMs, CONNECT_MS),
    // Each command is one write and waits for its reply, so Nagle's algorithm delays nothing.
    noDelay: false,
  });
  exchange.event(describeDial(spec.address, spec.port, dialled));
  if (!dialled.ok) {
    // Where the mail goes is still useful to know; nothing else is.
    const wanted = spec.assertions?.mxDomain !== undefined;
    const mail = wanted ? await evidence.collect(cutoff.left()) : {};
    const smtp: SmtpResult | undefined = wanted
      ? { end: 'complete', lastPhase: 'connect', ...mail }
      : undefined;
    return observe(dialled.result, { connect: dialled.ms }, dialled, smtp);
  }

  const setup: SessionSetup = { spec, context, cutoff, exchange };
  const measured =
    spec.kind === 'smtps' ? await implicitTls(dialled.socket, setup) : await plain(dialled.socket, setup);
  const { tls } = measured.smtp;
  // Asked elsewhere, not at the mail server, and after its session.
  if (tls !== undefined && asksRevocation(spec, tls))
    measured.smtp.tls = {
      ...tls,
      ...(await askRevocation(tls, Math.min(cutoff.left(), REVOCATION_MS), context, fetchWhole)),
    };
  const mail = await evidence.collect(cutoff.left());
  const observation = observe(
    { status: 'connected' },
    { connect: dialled.ms, ...measured.timings },
    dialled,
    Object.assign(measured.smtp, mail),
  );
  if (measured.hello !== undefined) observation.hello = measured.hello;
  return observation;
};

async function plain(socket: Socket, setup: SessionSetup): Promise<MeasuredSession> {
  const { clock } = setup.context;
  const begin = clock.monotonic();
  const first = await smtpSession(socket, true, setup);
  const compared = await trySmallHello(first, setup);
  const { smtp, firstByteMs, tlsMs } = compared?.session ?? first;
  const proxyHeader = await proxyHeaderBeforeGreeting(smtp, clock.monotonic() - begin, setup);
  if (proxyHeader !== undefined) smtp.proxyHeader = proxyHeader;
  const hello = compared === undefined ? {} : { hello: compared.hello };
  return { smtp, timings: timingsOf(firstByteMs, tlsMs), ...hello };
}

/** Of the session's budget, what the authorities' servers may take, ms. */
const REVOCATION_MS = 10_000;

/** A server that gives up sooner has not waited for its client to speak, ms. */
const WAITED_MS = 900;

/**
 * A server that waits for its client and then closes without a greeting, or says so as Postfix does ("421 4.3.0 … Server
 * local error"), may greet after a PROXY header. Not tried in any other case: only one connection is made to a mail server, and one
 * that is slow would read the header as a client that sends before its turn.
 */
async function proxyHeaderBeforeGreeting(
  { banner, end, unfinished, notSmtp, lastPhase }: SmtpResult,
  ms: number,
  { spec, context, cutoff }: SessionSetup,
): Promise<ProxyHeader | undefined> {
  const wordless = banner === undefined && unfinished === undefined && notSmtp === undefined;
  const ended = lastPhase === 'banner' && wordless && (end === 'fin' || end === 'reset');
  const gaveUp = banner?.code === 421 && /^4\.3\.0 .*server local error/i.test(banner.lines.at(-1) ?? '');
  if (!(ended || gaveUp) || ms < WAITED_MS || cutoff.reason() !== undefined) return undefined;
  return expectedHeader(
    { address: spec.address, port: spec.port, leftMs: cutoff.left() },
    Buffer.alloc(0),
    (bytes) => /^220[ -][^\n]*\n/.test(bytes.toString('latin1')),
    context,
  );
}

/** RFC 8314 §3.3: TLS before the greeting. */
async function implicitTls(socket: Socket, setup: SessionSetup): Promise<MeasuredSession> {
  const { spec, context, cutoff, exchange } = setup;
  const named = isIP(spec.host) === 0 ? { servername: spec.host } : {};
  const tls = await handshake(
    socket,
    { host: spec.host, ...named, timeoutMs: cutoff.left(), offer: 'all' },
    context,
  );
  exchange.event(describeTls(tls.result));
  if (tls.socket === undefined) {
    const smtp: SmtpResult = { end: endOfHandshake(tls.result), lastPhase: 'tls', tls: tls.result };
    return { smtp, timings: { tls: tls.ms } };
  }
  const { smtp, firstByteMs } = await smtpSession(tls.socket, false, setup);
  return {
    smtp: { ...smtp, tls: await withAccepted(tls.result, setup) },
    timings: timingsOf(firstByteMs, tls.ms),
  };
}

/** After the session and not in parallel to it: a mail server gets one connection at a time from us. */
async function withAccepted(tls: TlsResult, { spec, context, cutoff }: SessionSetup): Promise<TlsResult> {
  if (cutoff.reason() !== undefined) return tls;
  const asked = spec.weakCiphers === true ? 2 * ACCEPTED_MS : ACCEPTED_MS;
  return { ...tls, ...(await whatServerAccepts(spec, tls, Math.min(cutoff.left(), asked), context, 'mail')) };
}

function timingsOf(firstByte: number | undefined, tls: number | undefined): Omit<Timings, 'total'> {
  const timings: Omit<Timings, 'total'> = {};
  if (firstByte !== undefined) timings.firstByte = firstByte;
  if (tls !== undefined) timings.tls = tls;
  return timings;
}
