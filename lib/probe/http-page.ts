/** What is kept of the final page: its size and hash, its title, a sample of its text. */
import { createHash } from 'node:crypto';
import type { HttpResult } from '../model/observation.ts';
import { printable } from '../net/printable.ts';
import { HTTP_LIMITS, type HttpAnswer, headerValue } from './http-answer.ts';
import { decodeBody } from './http-body.ts';
import { pageTitle } from './http-title.ts';

type PageFacts = Pick<
  HttpResult,
  'title' | 'bodyBytes' | 'bodySha256' | 'bodySample' | 'bodyContains' | 'bodyTruncated' | 'bodyEnd' | 'hsts'
>;

export interface Page {
  readonly facts: PageFacts;
  /** The body unpacks beyond `HTTP_LIMITS.decodedBody`. */
  readonly bomb: boolean;
  /** Why the content coding could not be undone. */
  readonly undecoded?: string;
}

const SAMPLE_CHARS = 2_000;
const TITLE_CHARS = 500;

/** @param wanted text that the body must contain, when asserted */
export async function readPage(answer: HttpAnswer, wanted: string | undefined): Promise<Page> {
  const { rawHeaders, bodyEnd = 'complete' } = answer;
  const hsts = headerValue(rawHeaders, 'strict-transport-security');
  const decoded = await decodeBody(answer.body, headerValue(rawHeaders, 'content-encoding'));
  const ofHeaders = hsts === undefined ? {} : { hsts: printable(hsts, TITLE_CHARS) };
  if (decoded.status === 'bomb') {
    return { facts: { ...ofHeaders, bodyTruncated: true, bodyEnd: 'too-large' }, bomb: true };
  }
  const body = decoded.bytes.subarray(0, HTTP_LIMITS.body);
  const text = decodeText(body, headerValue(rawHeaders, 'content-type'));
  const title = pageTitle(text);
  const cut = decoded.bytes.length > body.length && bodyEnd === 'complete';
  const corrupt = decoded.status === 'undecoded' && decoded.corrupt;
  return {
    facts: {
      ...ofHeaders,
      ...(title !== undefined && { title: printable(title, TITLE_CHARS) }),
      bodyBytes: body.length,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      ...(text !== '' && { bodySample: printable(text, SAMPLE_CHARS) }),
      ...(wanted !== undefined && { bodyContains: text.includes(wanted) }),
      ...((cut || bodyEnd !== 'complete') && { bodyTruncated: true }),
      bodyEnd: corrupt ? 'malformed' : cut ? 'too-large' : bodyEnd,
    },
    bomb: false,
    ...(decoded.status === 'undecoded' && { undecoded: decoded.why }),
  };
}

/** By the charset of Content-Type or of an early meta element (HTML, "prescan"), else UTF-8. */
function decodeText(body: Buffer, contentType: string | undefined): string {
  const label =
    charsetOf(contentType ?? '') ?? charsetOf(body.subarray(0, 1024).toString('latin1')) ?? 'utf-8';
  if (label === 'utf-8' || label === 'utf8' || label === 'us-ascii') return body.toString('utf8');
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    // A charset that nobody knows: Latin-1 loses nothing.
    return body.toString('latin1');
  }
}

function charsetOf(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w-]{1,40})/i.exec(text)?.[1]?.toLowerCase();
}
