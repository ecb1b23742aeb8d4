/** One connection to a listener, from its first byte to its end: bounded in bytes and time, whatever the other end does. */
import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ListenerCode } from '../../kinds/listener/code.ts';
import type { ListenerArrival, PortRole } from '../../kinds/listener/listener-log.ts';
import { type Challenge, proofLine, runKey, sessionExporter } from '../../kinds/listener/proof.ts';
import { isoTime } from '../../net/clock.ts';
import { watchFlood } from '../../net/flood-watch.ts';
import type { Clock } from '../../net/network-access.ts';
import { printable } from '../../net/printable.ts';
import { endText } from './addresses.ts';
import { type BalancerHeader, readProxyHeader } from './proxy-header.ts';
import { firstLineTalk, type Reply, smtpGreeting, smtpTalk, type Talk, type TalkContext } from './talk.ts';
import { acceptTls, isClientHello } from './tls-session.ts';

/** Of one connection: a request with its head, or the lines of an SMTP session, are far smaller. */
export const MAX_BYTES = 8_192;
/** From accept to end, ms. */
export const MAX_MS = 10_000;
/** Characters of a first line that is no challenge. */
const FIRST_SHOWN = 120;

export interface ConnectionContext {
  readonly code: ListenerCode;
  readonly clock: Clock;
  readonly secureContext: SecureContext;
  readonly notice: string;
  readonly health?: string;
  readonly hostName: string;
}

/** What a connection tells, once: at the moment when it is known. */
export type Heard = ListenerArrival | 'health';

/** Serves an accepted socket to its end; `heard` is called exactly once. */
export function serveConnection(
  socket: Socket,
  port: number,
  role: PortRole,
  context: ConnectionContext,
  heard: (what: Heard) => void,
): void {
  const at = isoTime(context.clock.now());
  const local = endText(socket.localAddress, socket.localPort);
  const remote = endText(socket.remoteAddress, socket.remotePort);
  let proxyHeader: ListenerArrival['proxyHeader'];
  let isTold = false;
  const tell = (
    what: ListenerArrival['what'] | 'health',
    more: Pick<ListenerArrival, 'over' | 'run' | 'nonce' | 'first'> = {},
  ): void => {
    if (isTold) return;
    isTold = true;
    if (what === 'health') heard(what);
    else heard({ what, at, port, local, remote, ...(proxyHeader && { proxyHeader }), ...more });
  };

  const timer = setTimeout(() => socket.destroy(), MAX_MS);
  socket.on('error', () => socket.destroy());
  watchFlood(socket, () => socket.destroy());
  const input: Input = { first: undefined };
  let isTls = false;
  let isShaken = false;
  socket.once('close', () => {
    clearTimeout(timer);
    if (isTls && !isShaken) tell('tls-failed');
    else if (input.first === undefined) tell('silent');
    else tell('no-challenge', { first: printable(firstLineOf(input.first), FIRST_SHOWN) });
  });

  const start = (stream: Socket | TLSSocket, isSecure: boolean, exporter?: Buffer): void => {
    const prove = (challenge: Challenge): string =>
      proofLine(
        runKey(context.code, challenge.run),
        challenge,
        { destination: local, source: remote, time: Math.floor(context.clock.now() / 1_000) },
        exporter,
      );
    const { notice, health, hostName } = context;
    const talkContext: TalkContext = { prove, notice, hostName, ...(health !== undefined && { health }) };
    // A client that should begin with TLS and sends plain text gets no greeting, but a challenge in its line is answered.
    const isMail = role === 'smtp' || (role === 'smtps' && isSecure);
    const talk = isMail ? smtpTalk(talkContext) : firstLineTalk(talkContext);
    if (isMail && isSecure) stream.write(smtpGreeting(hostName));
    converse(stream, talk, input, (reply) => {
      if (reply.isHealth) tell('health');
      if (reply.challenge !== undefined)
        tell('challenge', { ...reply.challenge, ...(reply.over && { over: named(reply.over, isSecure) }) });
    });
  };
  const secure = async (): Promise<void> => {
    isTls = true;
    const session = await acceptTls(socket, context.secureContext);
    // The client may be gone in the moment in which the handshake ends.
    if (session === undefined || session.destroyed) return;
    isShaken = true;
    start(session, true, sessionExporter(session));
  };

  if (role === 'smtp') socket.write(smtpGreeting(context.hostName));
  sniff(socket, input, (isHello, header) => {
    if (header !== undefined) proxyHeader = header.client === undefined ? {} : { client: header.client };
    if (isHello && role !== 'smtp') secure().catch(() => socket.destroy());
    else start(socket, false);
  });
}

const named = (over: NonNullable<Reply['over']>, isSecure: boolean): NonNullable<ListenerArrival['over']> =>
  isSecure ? ({ http: 'https', smtp: 'smtps', line: 'tls-line' } as const)[over] : over;

/** What has arrived, as far as it is shown: Latin-1; `undefined`: not a byte. */
interface Input {
  first: string | undefined;
}

function note(input: Input, bytes: Buffer): void {
  const before = input.first ?? '';
  if (before.length <= FIRST_SHOWN)
    input.first = before + bytes.subarray(0, FIRST_SHOWN + 1 - before.length).toString('latin1');
}

const firstLineOf = (text: string): string => text.split(/\r?\n/, 1)[0] ?? '';

/**
 * Looks at the first bytes and puts them back, without a balancer's header. A client that says nothing is never answered.
 */
function sniff(
  socket: Socket,
  input: Input,
  decided: (isHello: boolean, header: BalancerHeader | undefined) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  let header: BalancerHeader | undefined;
  const onData = (more: Buffer): void => {
    bytes = Buffer.concat([bytes, more]);
    if (header === undefined) {
      const found = readProxyHeader(bytes);
      if (found === 'more') return;
      if (found !== 'none') {
        header = found;
        bytes = bytes.subarray(found.length);
      }
    }
    const isHello = bytes.length === 0 ? undefined : isClientHello(bytes);
    if (isHello === undefined) return;
    socket.off('data', onData).off('end', onEnd).off('close', onClose).pause();
    socket.unshift(bytes);
    decided(isHello, header);
  };
  const onEnd = (): void => void socket.end();
  const onClose = (): void => {
    if (bytes.length > 0) note(input, bytes);
  };
  socket.on('data', onData).on('end', onEnd).prependListener('close', onClose);
}

/** Lets `talk` answer what arrives on `stream`, up to the bound. */
function converse(
  stream: Socket | TLSSocket,
  talk: Talk,
  input: Input,
  answered: (reply: Reply) => void,
): void {
  let text = '';
  let total = 0;
  let isOver = false;
  const hear = (isAll: boolean): void => {
    while (!isOver) {
      const reply = talk.hear(text, isAll);
      if (reply === undefined) return;
      text = text.slice(reply.used);
      stream.write(reply.send, 'latin1');
      answered(reply);
      isOver = reply.isLast;
      if (isOver) stream.end();
    }
  };
  stream.on('data', (bytes: Buffer) => {
    note(input, bytes);
    total += bytes.length;
    if (total > MAX_BYTES) {
      stream.destroy();
      return;
    }
    // What comes after the last answer is read and dropped: closing on unread bytes resets, and loses the answer.
    if (isOver) return;
    text += bytes.toString('latin1');
    hear(false);
  });
  stream.on('end', () => {
    if (isOver) return;
    hear(true);
    isOver = true;
    stream.end();
  });
  stream.on('error', () => stream.destroy());
  stream.resume();
}
