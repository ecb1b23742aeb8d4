/**
 * What a listener says, as functions of what it heard: no sockets, no time. Text is Latin-1, one character a byte.
 */
import { type Challenge, readChallenge } from '../../kinds/listener/proof.ts';

export interface Reply {
  /** Characters of the input that this answers. */
  readonly used: number;
  readonly send: string;
  /** Nothing more is read, and the connection ends. */
  readonly isLast: boolean;
  readonly challenge?: Challenge;
  /** `line` and so on; with TLS below, the connection says so. */
  readonly over?: 'http' | 'smtp' | 'line';
  /** A load balancer's question whether this host is up. */
  readonly isHealth?: true;
}

export interface TalkContext {
  /** The proof line for this connection, without line end. */
  readonly prove: (challenge: Challenge) => string;
  /** What anybody is told who sent no challenge; never the code. */
  readonly notice: string;
  /** Path that is answered with `ok`. */
  readonly health?: string;
  /** For the SMTP greeting. */
  readonly hostName: string;
}

export interface Talk {
  /**
   * Answers the next command or request in `text`; `undefined`: more is needed.
   *
   * @param isAll the client has closed its side: what stands there is all
   */
  hear(text: string, isAll: boolean): Reply | undefined;
}

/** HTTP, or one bare line: whichever the first line is. */
export function firstLineTalk(context: TalkContext): Talk {
  return {
    hear(text, isAll) {
      const line = firstLine(text, isAll);
      if (line === undefined) return undefined;
      const request = /^(GET|HEAD|POST|PUT|OPTIONS) (\S+)(?: HTTP\/1\.[01])?$/.exec(line.text);
      if (request === null) return bareLine(line, context);
      const [, method = '', target = ''] = request;
      const head = /\r?\n\r?\n/.exec(text);
      if (head === null && !isAll) return undefined;
      return {
        used: head === null ? text.length : head.index + head[0].length,
        ...httpAnswer(method, target, context),
      };
    },
  };
}

function bareLine(line: TalkLine, { prove, notice }: TalkContext): Reply {
  const challenge = readChallenge(line.text);
  return {
    used: line.used,
    send: `${challenge === undefined ? notice : prove(challenge)}\r\n`,
    isLast: true,
    ...(challenge !== undefined && { challenge, over: 'line' }),
  };
}

function httpAnswer(method: string, target: string, context: TalkContext): Omit<Reply, 'used'> {
  const isHealth = context.health !== undefined && target.split('?', 1)[0] === context.health;
  const challenge = isHealth ? undefined : readChallenge(target);
  const body = `${isHealth ? 'ok' : challenge === undefined ? context.notice : context.prove(challenge)}\n`;
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain; charset=us-ascii',
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ].join('\r\n');
  return {
    send: `${head}\r\n\r\n${method === 'HEAD' ? '' : body}`,
    isLast: true,
    ...(challenge !== undefined && { challenge, over: 'http' }),
    ...(isHealth && { isHealth }),
  };
}

/** A client that goes on after so many commands is sent away. */
const MAX_COMMANDS = 20;

/** Said before the client has said anything. */
export const smtpGreeting = (hostName: string): string =>
  `220 ${hostName} ESMTP Inbound Check test listener\r\n`;

/** SMTP (RFC 5321) as far as EHLO; it takes no mail, and offers no STARTTLS. */
export function smtpTalk({ prove, notice, hostName }: TalkContext): Talk {
  let commands = 0;
  return {
    hear(text, isAll) {
      const line = firstLine(text, isAll);
      if (line === undefined) return undefined;
      commands += 1;
      const say = (send: string, isLast = false): Reply => ({ used: line.used, send: `${send}\r\n`, isLast });
      if (commands > MAX_COMMANDS) return say('421 4.7.0 too many commands', true);
      const verb = /^[A-Za-z]+/.exec(line.text)?.[0].toUpperCase();
      switch (verb) {
        case 'EHLO':
        case 'HELO': {
          const challenge = readChallenge(line.text);
          if (challenge === undefined)
            return say(verb === 'EHLO' ? `250-${hostName}\r\n250 HELP` : `250 ${hostName}`);
          return {
            ...say(`250-${hostName}\r\n250 ${prove(challenge)}`),
            challenge,
            over: 'smtp',
          };
        }
        case 'MAIL':
          return say('550 5.7.1 no mail is taken here: this is a test listener');
        case 'QUIT':
          return say('221 2.0.0 bye', true);
        case 'NOOP':
        case 'RSET':
          return say('250 2.0.0 ok');
        case 'HELP':
          return say(`214 ${notice}`);
        default:
          return say('500 5.5.1 not known here');
      }
    },
  };
}

interface TalkLine {
  readonly text: string;
  /** With its line end. */
  readonly used: number;
}

function firstLine(text: string, isAll: boolean): TalkLine | undefined {
  const end = text.indexOf('\n');
  if (end >= 0) return { text: text.slice(0, end).replace(/\r$/, ''), used: end + 1 };
  return isAll && text !== '' ? { text, used: text.length } : undefined;
}
