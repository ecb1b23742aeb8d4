import { isIP, type Socket } from 'node:net';
import type { SmtpReply, SmtpResult, StreamEnd, TlsResult } from '../model/observation.ts';
import type { ProbeSpec } from '../model/plan.ts';
import { roundMs } from '../net/clock.ts';
import type { Exchange } from '../net/exchange.ts';
import type { ProbeContext } from './probe.ts';
import { REPLY_LIMITS } from './smtp-reply.ts';
import { type Cutoff, openWire, type SmtpWire, type WireReply } from './smtp-wire.ts';
import { handshake } from './tls-handshake.ts';

/** Foreign recipient of the relay test: example.com has a null MX; `.invalid` would be refused for its own sake. */
export const RELAY_RECIPIENT = 'inbound-check-relay-test@example.com';
/** Answers to RSET and QUIT change no verdict: not worth more than this, ms. */
const FAREWELL_MS = 2_000;

export interface SessionSetup {
  readonly spec: ProbeSpec;
  readonly context: ProbeContext;
  readonly cutoff: Cutoff;
  readonly exchange: Exchange;
}

export interface SessionOutcome {
  readonly smtp: SmtpResult;
  /** Connect (or end of the TLS handshake for smtps) to first byte of the greeting, ms. */
  readonly firstByteMs: number | undefined;
  /** The STARTTLS handshake, ms. */
  readonly tlsMs: number | undefined;
}

/** A session on its way: facts grow phase by phase. */
interface Session {
  readonly spec: ProbeSpec;
  readonly context: ProbeContext;
  readonly cutoff: Cutoff;
  readonly exchange: Exchange;
  readonly facts: SmtpResult;
  wire: SmtpWire;
  tlsMs: number | undefined;
}

/**
 * The dialogue of RFC 5321 on a connected socket: greeting, EHLO, STARTTLS, EHLO, MAIL, RCPT, RSET, QUIT. One command at a
 * time, and none before the last line of the greeting (postscreen holds that against a client). No DATA, BDAT, VRFY, EXPN or
 * AUTH. Closes the socket. `offerTls` is false inside smtps.
 */
export async function smtpSession(
  socket: Socket,
  offerTls: boolean,
  { spec, context, cutoff, exchange }: SessionSetup,
): Promise<SessionOutcome> {
  const startedAt = context.clock.monotonic();
  const wire = openWire(socket, cutoff, context.clock, exchange);
  const facts: SmtpResult = { end: 'complete', lastPhase: 'banner' };
  const session: Session = { spec, context, cutoff, exchange, facts, wire, tlsMs: undefined };
  await converse(session, startedAt, offerTls);
  session.wire.close();
  const longest = Math.max(wire.longestLine(), session.wire.longestLine());
  if (longest > REPLY_LIMITS.standardLine) facts.longestLine = longest;
  const firstByteAt = wire.firstByteAt();
  const firstByteMs = firstByteAt === undefined ? undefined : roundMs(firstByteAt - startedAt);
  return { smtp: facts, firstByteMs, tlsMs: session.tlsMs };
}

async function converse(session: Session, startedAt: number, offerTls: boolean): Promise<void> {
  const { facts, spec, context } = session;
  const banner = await read(session);
  if (banner === undefined) return;
  facts.banner = banner;
  facts.bannerMs = roundMs(context.clock.monotonic() - startedAt);
  // RFC 5321 §3.1: after a 554 greeting too, the client says QUIT.
  if (banner.code !== 220) return farewell(session);

  const greeted = await greet(session);
  if (!greeted)
    return facts.end === 'complete' && facts.notSmtp === undefined ? farewell(session) : undefined;
  // A port that must be closed is proven open by now; nothing more is asked of it.
  if (spec.expect === 'closed') return farewell(session);

  if (offerTls && facts.starttlsOffered === true && !(await startTls(session))) return;
  await transaction(session);
}

/** EHLO, or HELO when EHLO is refused (RFC 5321 §3.2). True when the session can go on. */
async function greet(session: Session): Promise<boolean> {
  const { facts } = session;
  session.facts.lastPhase = 'ehlo';
  const ehlo = await command(session, `EHLO ${ehloName(session.context)}`);
  if (ehlo === undefined) return false;
  facts.ehlo = ehlo;
  if (ehlo.code === 250) {
    const extensions = extensionsOf(ehlo);
    facts.extensions = extensions;
    facts.starttlsOffered = extensions.some((line) => /^STARTTLS\b/i.test(line));
    facts.starttlsMasked = extensions.some(isMaskedKeyword);
    return true;
  }
  if (ehlo.code < 500) return false;
  const helo = await command(session, `HELO ${ehloName(session.context)}`);
  if (helo === undefined) return false;
  facts.helo = helo;
  return helo.code === 250;
}

/** STARTTLS and the second EHLO. True when the session can go on, encrypted or, after a refusal, in clear (RFC 3207 §4). */
async function startTls(session: Session): Promise<boolean> {
  const { facts, exchange, spec, context, cutoff } = session;
  session.facts.lastPhase = 'starttls';
  const reply = await command(session, 'STARTTLS');
  if (reply === undefined) return false;
  facts.starttls = reply;
  if (reply.code !== 220) return reply.code !== 421;

  session.facts.lastPhase = 'starttls-handshake';
  // RFC 3207 §4.2 and CVE-2011-0411: what was sent in clear behind the 220 must not be taken for an encrypted reply.
  const { socket, discarded } = session.wire.release();
  if (discarded > 0) {
    facts.discardedAfterStarttls = discarded;
    exchange.event(`threw away ${discarded} bytes that came in clear behind the 220 to STARTTLS`);
  }
  const tls = await handshake(
    socket,
    { host: spec.host, ...serverName(spec.host), timeoutMs: cutoff.left() },
    context,
  );
  facts.tls = tls.result;
  session.tlsMs = tls.ms;
  exchange.event(describeTls(tls.result));
  if (tls.socket === undefined) {
    session.facts.end = endOfHandshake(tls.result);
    return false;
  }
  session.wire = openWire(tls.socket, cutoff, context.clock, exchange);
  session.facts.lastPhase = 'ehlo-after-tls';
  const ehlo = await command(session, `EHLO ${ehloName(context)}`);
  if (ehlo === undefined) return false;
  facts.ehloAfterTls = ehlo;
  if (ehlo.code === 250) facts.extensionsAfterTls = extensionsOf(ehlo);
  return true;
}

/** MAIL, at most two RCPT, RSET, QUIT. */
async function transaction(session: Session): Promise<void> {
  const { facts, spec, context } = session;
  if (facts.ehloAfterTls !== undefined && facts.ehloAfterTls.code !== 250) return farewell(session);
  session.facts.lastPhase = 'mail';
  const mail = await command(session, `MAIL FROM:<${mailFrom(context)}>`);
  if (mail === undefined) return;
  facts.mail = mail;
  if (!isOk(mail)) return farewell(session);

  const { recipient, relayTest } = spec.assertions ?? {};
  if (recipient !== undefined) {
    session.facts.lastPhase = 'rcpt';
    const reply = await command(session, `RCPT TO:<${addressOf(recipient)}>`);
    if (reply === undefined) return;
    facts.recipient = { address: recipient, reply };
    if (reply.code === 421) return farewell(session);
  }
  if (relayTest === true) {
    session.facts.lastPhase = 'relay';
    const reply = await command(session, `RCPT TO:<${RELAY_RECIPIENT}>`);
    if (reply === undefined) return;
    facts.relay = { address: RELAY_RECIPIENT, reply };
    if (reply.code === 421) return farewell(session);
  }
  session.facts.lastPhase = 'quit';
  if (session.wire.send('RSET') && (await session.wire.reply(FAREWELL_MS)).status !== 'reply') return;
  return farewell(session);
}

/** QUIT. The phase in which the session stopped stays as it is unless all went through. */
async function farewell(session: Session): Promise<void> {
  if (session.wire.send('QUIT')) await session.wire.reply(FAREWELL_MS);
}

/** Sends a command and reads its reply; undefined when none came, with the reason in the facts. */
function command(session: Session, line: string): Promise<SmtpReply | undefined> {
  // A connection that is gone gives the reason at once in place of the reply.
  session.wire.send(line);
  return read(session);
}

async function read(session: Session): Promise<SmtpReply | undefined> {
  const reply = await session.wire.reply();
  if (reply.status === 'reply') return reply.reply;
  stopped(session, reply);
  return undefined;
}

function stopped(session: Session, reply: Exclude<WireReply, { status: 'reply' }>): void {
  const { facts } = session;
  switch (reply.status) {
    case 'malformed':
      facts.notSmtp = reply.text;
      session.facts.end = 'complete';
      return;
    case 'too-large':
      facts.unfinished = reply.text;
      facts.tooLarge = { what: reply.what, limit: reply.limit };
      session.facts.end = 'too-large';
      return;
    case 'ended':
      if (reply.unfinished !== '') facts.unfinished = reply.unfinished;
      session.facts.end = reply.end;
      return;
    default:
      reply satisfies never;
  }
}

const isOk = (reply: SmtpReply): boolean => reply.code >= 200 && reply.code < 300;

/** RFC 5321 §4.1.1.1: the first line greets, each other line is a keyword with its parameters. */
const extensionsOf = (ehlo: SmtpReply): string[] => ehlo.lines.slice(1);

/** `XXXXXXXA`: no server has such a keyword; Cisco's inspection writes it over what it does not let through. */
const isMaskedKeyword = (line: string): boolean => /^X{4,}A?( |$)/.test(line);

/** SNI never carries an IP literal (RFC 6066 §3). */
const serverName = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {});

/** What follows comes from settings and requests: a CR LF in it must not become a command. */
const wireSafe = (text: string): string => text.replace(/[^\x21-\x7e]/g, '');
const addressOf = (text: string): string => wireSafe(text).replace(/[<>]/g, '');
const ehloName = (context: ProbeContext): string => wireSafe(context.ehloName) || 'localhost';
/** The empty sender (RFC 5321 §4.5.5) when none is set. */
const mailFrom = (context: ProbeContext): string => addressOf(context.mailFrom ?? '');

/** A handshake in one line of evidence. */
export function describeTls(tls: TlsResult): string {
  const { handshake: outcome } = tls;
  switch (outcome.status) {
    case 'complete':
      return `TLS handshake done: ${tls.protocol ?? '?'} ${tls.cipher ?? ''}`.trimEnd();
    case 'timeout':
      return 'TLS handshake: no answer within the time';
    case 'closed':
      return `TLS handshake: the server ${outcome.by === 'fin' ? 'closed' : 'reset'} the connection (${outcome.code})`;
    case 'alert':
      return `TLS handshake: alert ${outcome.number} ${outcome.name}`;
    case 'not-tls':
      return `TLS handshake: the answer is not TLS: ${outcome.firstBytes}`;
    case 'failed':
      return `TLS handshake: ${outcome.code} ${outcome.message}`;
    case 'deadline':
      return 'TLS handshake: the run ended';
    default:
      return outcome satisfies never;
  }
}

/** How the stream ended for a handshake that did not succeed. */
export function endOfHandshake({ handshake: outcome }: TlsResult): StreamEnd {
  switch (outcome.status) {
    case 'timeout':
    case 'deadline':
      return outcome.status;
    case 'closed':
      return outcome.by;
    case 'complete':
    case 'alert':
    case 'not-tls':
    case 'failed':
      return 'complete';
    default:
      return outcome satisfies never;
  }
}
