/** Was a byte of the right protocol among what the server sent? Written from the formats, without our own readers. */

import type { FuzzedKind } from './kinds.ts';
import type { Sent } from './stage.ts';

/** A line that begins with a reply code of RFC 5321 §4.2, before any other line. */
const SMTP = /^[2-5][0-9]{2}(?:[ -]|\r?\n)/;
/**
 * RFC 4253 §4.2: other lines may come first. A server that turns a client away says so in a line of plain text in place of
 * its identification; such a line is no calm, as it comes with a warning.
 */
const SSH =
  /(?:^|\n)SSH-|exceeded|allowed|refused|denied|reject|too many|limit|maximum|banned|blocked|forbidden|permitted|authori[sz]ed|try again|later|unavailable|busy|in use|no (?:free|more)|bye|closed|error|fail|invalid|mismatch/i;
/** RFC 9112 §2.2 and §4. */
/** As Chromium finds a status line: "HTTP" within the first bytes, in any case; ICY too. */
const HTTP1 = /^(?:[\s\S]{0,4}http|icy )/i;
/** RFC 9113 §6.2: any HEADERS frame; CONTINUATION alone is none. */
const HEADERS = 1;

/** `open` without this is a wrong pass: the peer sent nothing in the kind's protocol. */
export function saidAnythingRight(kind: FuzzedKind, sent: Sent): boolean {
  const clear = Buffer.concat(sent.clear).toString('latin1');
  const secure = Buffer.concat(sent.secure);
  const text = secure.toString('latin1');
  switch (kind) {
    // No code is given there: any byte is an answer, and none is a proof.
    case 'listener':
    case 'tcp':
      return clear.length > 0;
    case 'ssh':
      return SSH.test(clear);
    case 'smtp':
      return connectionsBegin(sent.clear, SMTP);
    case 'http':
      return connectionsBegin(sent.clear, HTTP1) || HTTP1.test(clear);
    case 'tls':
      return sent.handshakes > 0;
    case 'https':
      return (
        sent.handshakes > 0 &&
        (HTTP1.test(text) || connectionsBegin(sent.secure, HTTP1) || hasHeaders(secure))
      );
    case 'smtps':
      return sent.handshakes > 0 && (SMTP.test(text) || connectionsBegin(sent.secure, SMTP));
    case 'dns':
      return sent.datagrams.some(answersSomething);
    case 'ntp':
      return sent.datagrams.some(isNtpAnswer);
    case 'quic':
      return sent.datagrams.some(isQuicAnswer);
    default:
      return kind satisfies never;
  }
}

/** One list holds what several connections were told: one of them may begin at any piece. */
function connectionsBegin(told: readonly Buffer[], pattern: RegExp): boolean {
  return told.some((_, from) => {
    const piece = Buffer.concat(told.slice(from, from + 45)).toString('latin1', 0, 4_000);
    return pattern.test(piece);
  });
}

function hasHeaders(bytes: Buffer): boolean {
  for (let at = 0; at + 9 <= bytes.length; at += 1) if (bytes[at + 3] === HEADERS) return true;
  return false;
}

/** RFC 1035 §4.1.1: a response without error that holds a record. */
const answersSomething = (datagram: Buffer): boolean =>
  datagram.length >= 12 &&
  (datagram.readUInt8(2) & 0x80) !== 0 &&
  (datagram.readUInt8(3) & 0x0f) === 0 &&
  datagram.readUInt16BE(6) > 0;

/** A long header of Version Negotiation or of version 1; whose connection ids it carries the probe has to see. */
function isQuicAnswer(datagram: Buffer): boolean {
  return datagram.length >= 7 && (datagram[0] ?? 0) >= 0x80 && [0, 1].includes(datagram.readUInt32BE(1));
}

/** RFC 5905 §7.3: 48 bytes or more, version 3 or 4, mode 4. */
function isNtpAnswer(datagram: Buffer): boolean {
  const first = datagram[0] ?? 0;
  return datagram.length >= 48 && (first & 7) === 4 && [3, 4].includes((first >> 3) & 7);
}
