/** When has a listener said all that it says? */
import type { ListenerSpeech } from '../../model/vocabulary.ts';
import { readProof } from './proof.ts';

/** Text with lines that are whole; what follows the last line end may be cut in the middle of a proof. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);

/** A whole proof line, or the end of an answer that can have none. */
export function isWholeAnswer(speech: ListenerSpeech, bytes: Buffer): boolean {
  const lines = wholeLines(bytes.toString('latin1'));
  if (readProof(lines) !== undefined) return true;
  switch (speech) {
    case 'http':
    case 'https':
      return isWholeHttp(bytes);
    case 'smtp':
    case 'smtps':
      return FINAL_REPLY.test(lines);
    case 'line':
      // A server that speaks first has done so, and may answer yet.
      return false;
    default:
      return speech satisfies never;
  }
}

/** RFC 5321 §4.2.1: a line of a reply with a blank, or nothing, after its code is the last one. */
export const FINAL_REPLY = /(?:^|\n)\d{3}(?: [^\n]*)?\r?\n/;

/** The body has the length that the head says. Others end with the connection. */
function isWholeHttp(bytes: Buffer): boolean {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d{1,9})\r\n/i.exec(bytes.toString('latin1', 0, head + 2))?.[1];
  return length !== undefined && bytes.length >= head + 4 + Number(length);
}
