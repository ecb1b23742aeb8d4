import type { Socket } from 'node:net';
import type { StreamEnd } from '../../../model/observed.ts';
import type { ProbeSpec } from '../../../model/plan.ts';
import { roundMs } from '../../../net/clock.ts';
import type { Exchange } from '../../../net/exchange.ts';
import { isIP } from '../../../net/ip.ts';
import { offersPostQuantum } from '../../connection/tls-context.ts';
import { describeTls } from '../../connection/tls-evidence.ts';
import { type HandshakeOptions, handshake } from '../../connection/tls-handshake.ts';
import type { ProbeContext } from '../../contract/probe.ts';
import type { TlsResult } from '../../contract/tls-result.ts';
import type { SmtpReply, SmtpResult } from '../observation.ts';
import { REPLY_LIMITS } from './reply.ts';
import { type Cutoff, openWire, type SmtpWire, type WireReply } from './wire.ts';

/** Foreign recipient of the relay test: example.com has a null MX; `.invalid` would be refused because of the name itself. */
export const RELAY_RECIPIENT = 'inbound-check-relay-test@example.com';
/** Answers to RSET and QUIT change no verdict, so the wait for them is no longer than this, ms. */
const QUIT_MS = 2_000;
/** Replies that all take this long are delayed on purpose, ms. */
const SLOW_REPLIES_MS = 4_000;
/** How long to wait for an extra reply where something looks like one, ms: it takes a round trip at most. */
const UNASKED_MS = 1_000;
/** Keywords of EHLO (RFC 5321 §4.1.1.1), which no answer to HELO lists. */
const KEYWORD =
  /^(PIPELINING|SIZE|8BITMIME|STARTTLS|ENHANCEDSTATUSCODES|DSN|CHUNKING|SMTPUTF8|AUTH|ETRN|VRFY|HELP)\b/i;

export interface SessionSetup {
  readonly spec: ProbeSpec;
  readonly context: ProbeContext;
  readonly cutoff: Cutoff;
  readonly exchange: Exchange;
  /** Gets the certificates of the STARTTLS handshake as they were sent, leaf first. */
  readonly onChain?: HandshakeOptions['onChain'];
  /** Where STARTTLS is for its own sake, to learn which ClientHello is answered behind it. */
  readonly hello?: {
    /** It has to fit into one segment. */
    readonly small: boolean;
    /** Longest wait for the handshake, ms. */
    readonly timeoutMs: number;
    /** Nothing comes after the handshake but QUIT. */
    readonly only: boolean;
  };
}

export interface SessionOutcome {
  readonly smtp: SmtpResult;
  /** Length of the ClientHello behind STARTTLS. */
  readonly helloBytes: number | undefined;
  /** Connect (or end of the TLS handshake for smtps) to first byte of the greeting, ms. */
  readonly firstByteMs: number | undefined;
  /** The STARTTLS handshake, ms. */
  readonly tlsMs: number | undefined;
}

/** A session in progress: facts are added phase by phase. */
interface SmtpSession {
  readonly spec: ProbeSpec;
  readonly context: ProbeContext;
  readonly cutoff: Cutoff;
  readonly exchange: Exchange;
  readonly facts: SmtpResult;
  readonly hello: SessionSetup['hello'];
  readonly onChain: SessionSetup['onChain'];
  wire: SmtpWire;
  helloBytes: number | undefined;
  tlsMs: number | undefined;
  fastestReplyMs: number | undefined;
}

/**
 * The dialogue of RFC 5321 on a connected socket: greeting, EHLO, STARTTLS, EHLO, MAIL, RCPT, RSET, QUIT. One command at a
 * time, and none before the last line of the greeting (postscreen treats that as a fault of the client). No DATA, BDAT, VRFY, EXPN or
 * AUTH. Closes the socket. `offerTls` is false inside smtps.
 */
export async function smtpSession(
  socket: Socket,
  offerTls: boolean,
  { spec, context, cutoff, exchange, hello, onChain }: SessionSetup,
): Promise<SessionOutcome> {
  const startedAt = context.clock.monotonic();
  const wire = openWire(socket, cutoff, context.clock, exchange);
  const facts: SmtpResult = { end: 'complete', lastPhase: 'banner' };
  const session: SmtpSession = {
    spec,
    context,
    cutoff,
    exchange,
    facts,
    hello,
    onChain,
    wire,
    helloBytes: undefined,
    tlsMs: undefined,
    fastestReplyMs: undefined,
  };
  await converse(session, startedAt, offerTls);
  session.wire.close();
  if (session.fastestReplyMs !== undefined && session.fastestReplyMs >= SLOW_REPLIES_MS)
    facts.slowRepliesMs = session.fastestReplyMs;
  const longest = Math.max(wire.longestLine(), session.wire.longestLine());
  if (longest > REPLY_LIMITS.standardLine) facts.longestLine = longest;
  const firstByteAt = wire.firstByteAt();
  const firstByteMs = firstByteAt === undefined ? undefined : roundMs(firstByteAt - startedAt);
  return { smtp: facts, helloBytes: session.helloBytes, firstByteMs, tlsMs: session.tlsMs };
}

async function converse(session: SmtpSession, startedAt: number, offerTls: boolean): Promise<void> {
  const { facts, spec, context } = session;
  const banner = await read(session);
  if (banner === undefined) return;
  facts.banner = banner;
  facts.bannerMs = roundMs(context.clock.monotonic() - startedAt);
  // RFC 5321 §3.1: after a 554 greeting too, the client says QUIT.
  if (banner.code !== 220) return quit(session);

  const greeted = await greet(session);
  if (!greeted) {
    const inOrder =
      facts.notSmtp === undefined && facts.outOfStep === undefined && facts.stutter === undefined;
    return facts.end === 'complete' && inOrder ? quit(session) : undefined;
  }
  // A port that must be closed is proven open by now; nothing more is asked.
  if (spec.expect === 'closed') return quit(session);

  if (offerTls && facts.starttlsOffered === true && !(await startTls(session))) return;
  if (session.hello?.only === true) return quit(session);
  await transaction(session);
}

/** EHLO, or HELO when EHLO is refused (RFC 5321 §3.2). True when the session can continue. */
async function greet(session: SmtpSession): Promise<boolean> {
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
  // A refusal of something that was not sent (a PROXY header before us) comes here in place of the reply to EHLO.
  if (await isOutOfStep(session, UNASKED_MS)) return false;
  const helo = await command(session, `HELO ${ehloName(session.context)}`);
  if (helo === undefined) return false;
  facts.helo = helo;
  if (helo.lines.slice(1).some((line) => KEYWORD.test(line))) {
    facts.outOfStep = { reply: ehlo };
    return false;
  }
  return helo.code === 250;
}

/** What is kept of a session's time for the case that its large ClientHello gets no answer: two more sessions up to that point, ms. */
const KEPT_MS = 20_000;

/** Senders wait longer, but a server that answers at all answers a ClientHello at once. */
const handshakeMs = (leftMs: number): number =>
  offersPostQuantum() ? Math.max(leftMs - KEPT_MS, leftMs / 2) : leftMs;

/** STARTTLS and the second EHLO. True when the session can continue, encrypted or, after a refusal, unencrypted (RFC 3207 §4). */
async function startTls(session: SmtpSession): Promise<boolean> {
  const { facts, exchange, spec, context, cutoff } = session;
  session.facts.lastPhase = 'starttls';
  const reply = await command(session, 'STARTTLS');
  if (reply === undefined) return false;
  facts.starttls = reply;
  if (reply.code !== 220) return reply.code !== 421;

  session.facts.lastPhase = 'starttls-handshake';
  // RFC 3207 §4.2 and CVE-2011-0411: what was sent unencrypted after the 220 must not count as an encrypted reply.
  const { socket, discarded } = session.wire.release();
  if (discarded > 0) {
    facts.discardedAfterStarttls = discarded;
    exchange.event(`threw away ${discarded} bytes that came in clear behind the 220 to STARTTLS`);
  }
  const tls = await handshake(
    socket,
    {
      host: spec.host,
      ...serverName(spec.host),
      timeoutMs: session.hello?.timeoutMs ?? handshakeMs(cutoff.left()),
      ...(session.hello?.small === true && { small: true }),
      ...(session.onChain && { onChain: session.onChain }),
    },
    context,
  );
  session.helloBytes = tls.helloBytes;
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
async function transaction(session: SmtpSession): Promise<void> {
  const { facts, spec, context } = session;
  if (facts.ehloAfterTls !== undefined && facts.ehloAfterTls.code !== 250) return quit(session);
  session.facts.lastPhase = 'mail';
  const mail = await command(session, `MAIL FROM:<${mailFrom(context)}>`);
  if (mail === undefined) return;
  facts.mail = mail;
  if (!isOk(mail)) return quit(session);

  const { recipient, relayTest } = spec.assertions ?? {};
  if (recipient !== undefined) {
    session.facts.lastPhase = 'rcpt';
    const reply = await command(session, `RCPT TO:<${addressOf(recipient)}>`);
    if (reply === undefined) return;
    facts.recipient = { address: recipient, reply };
    if (reply.code === 421) return quit(session);
  }
  if (relayTest === true) {
    session.facts.lastPhase = 'relay';
    const reply = await command(session, `RCPT TO:<${RELAY_RECIPIENT}>`);
    if (reply === undefined) return;
    facts.relay = { address: RELAY_RECIPIENT, reply };
    if (reply.code === 421) return quit(session);
  }
  session.facts.lastPhase = 'quit';
  if (await isOutOfStep(session, 0)) return;
  if (session.wire.send('RSET') && (await session.wire.reply(QUIT_MS)).status !== 'reply') return;
  return quit(session);
}

/** QUIT. The phase in which the session stopped stays as it is unless all succeeded. */
async function quit(session: SmtpSession): Promise<void> {
  if (!session.wire.send('QUIT')) return;
  const answer = await session.wire.reply(QUIT_MS);
  if (answer.status !== 'reply') return;
  if (answer.reply.code === 221) return;
  session.facts.quit = answer.reply;
  // Where the answer to RSET was read in its place, the one to QUIT is still to come.
  await isOutOfStep(session, UNASKED_MS);
}

/** Sends a command and reads its reply; undefined when none came, with the reason in the facts. */
async function command(session: SmtpSession, line: string): Promise<SmtpReply | undefined> {
  if (await isOutOfStep(session, 0)) return undefined;
  const sentAt = session.context.clock.monotonic();
  // A closed connection gives the reason immediately in place of the reply.
  session.wire.send(line);
  const reply = await read(session);
  if (reply !== undefined) {
    const ms = roundMs(session.context.clock.monotonic() - sentAt);
    session.fastestReplyMs = Math.min(ms, session.fastestReplyMs ?? ms);
  }
  return reply;
}

/** Has a reply come without a command? Then no later one can be trusted to answer what it seems to. */
async function isOutOfStep({ wire, facts }: SmtpSession, waitMs: number): Promise<boolean> {
  const reply = await wire.unasked(waitMs);
  if (reply !== undefined) facts.outOfStep = { reply };
  return reply !== undefined;
}

async function read(session: SmtpSession): Promise<SmtpReply | undefined> {
  const reply = await session.wire.reply();
  if (reply.status === 'reply') return reply.reply;
  stopped(session, reply);
  return undefined;
}

function stopped(session: SmtpSession, reply: Exclude<WireReply, { status: 'reply' }>): void {
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
    case 'stutter':
      facts.unfinished = reply.text;
      facts.stutter = { bytes: reply.bytes, ms: reply.ms };
      session.facts.end = 'complete';
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

/** `XXXXXXXA`: no server has such a keyword; Cisco's inspection replaces with it what it does not allow. */
const isMaskedKeyword = (line: string): boolean => /^X{4,}A?( |$)/.test(line);

/** SNI never carries an IP literal (RFC 6066 §3). */
const serverName = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {});

/** What follows comes from settings and requests: a CR LF in it must not become a command. */
const wireSafe = (text: string): string => text.replace(/[^\x21-\x7e]/g, '');
const addressOf = (text: string): string => wireSafe(text).replace(/[<>]/g, '');
const ehloName = (context: ProbeContext): string => wireSafe(context.ehloName) || 'localhost';
/** The empty sender (RFC 5321 §4.5.5) when none is set. */
const mailFrom = (context: ProbeContext): string => addressOf(context.mailFrom ?? '');

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
