/** What is kept of the final page: its size and hash, its title, a sample of its text. */
import { createHash } from 'node:crypto';
import { printable } from '../../../net/printable.ts';
import type { HttpResult } from '../observation.ts';
import { HTTP_LIMITS, type HttpAnswer, headerValue } from './answer.ts';
import { decodeBody } from './body.ts';
import { rawTitle } from './title.ts';

type PageFacts = Pick<
  HttpResult,
  | 'title'
  | 'mixedContent'
  | 'falseCoding'
  | 'codingBrokenOff'
  | 'bodyBytes'
  | 'bodySha256'
  | 'bodySample'
  | 'bodyContains'
  | 'bodyTruncated'
  | 'bodyEnd'
  | 'hsts'
>;

export interface Page {
  readonly facts: PageFacts;
  /** The body unpacks beyond `HTTP_LIMITS.decodedBody`. */
  readonly bomb: boolean;
  /** Why the content coding could not be undone. */
  readonly undecoded?: string;
}

const SAMPLE_CHARS = 2_000;
const HEADER_CHARS = 500;
/** A character reference may need eight or more characters for one that is shown. */
const TITLE_CHARS = 2_000;

/** @param wanted text that the body must contain, when asserted */
export async function readPage(answer: HttpAnswer, wanted: string | undefined): Promise<Page> {
  const { rawHeaders, bodyEnd = 'complete' } = answer;
  const hsts = headerValue(rawHeaders, 'strict-transport-security');
  const decoded = await decodeBody(
    answer.body,
    headerValue(rawHeaders, 'content-encoding'),
    bodyEnd === 'complete',
  );
  const ofHeaders = hsts === undefined ? {} : { hsts: printable(hsts, HEADER_CHARS) };
  if (decoded.status === 'bomb') {
    return { facts: { ...ofHeaders, bodyTruncated: true, bodyEnd: 'too-large' }, bomb: true };
  }
  const body = decoded.bytes.subarray(0, HTTP_LIMITS.body);
  const text = decodeText(body, headerValue(rawHeaders, 'content-type'));
  const title = rawTitle(text);
  const cut = decoded.bytes.length > body.length && bodyEnd === 'complete';
  const mixedContent = text.includes('http://') ? plainParts(text, answer) : [];
  const corrupt = decoded.status === 'broken-off' || (decoded.status === 'undecoded' && decoded.corrupt);
  return {
    facts: {
      ...ofHeaders,
      ...(title !== undefined && { title: printable(title, TITLE_CHARS) }),
      ...(mixedContent.length > 0 && { mixedContent }),
      bodyBytes: body.length,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      ...(text !== '' && { bodySample: printable(text, SAMPLE_CHARS) }),
      ...(wanted !== undefined && { bodyContains: text.includes(wanted) }),
      ...((cut || bodyEnd !== 'complete') && { bodyTruncated: true }),
      ...(corrupt && { falseCoding: printable(headerValue(rawHeaders, 'content-encoding') ?? '', 60) }),
      ...(decoded.status === 'broken-off' && { codingBrokenOff: true }),
      bodyEnd: corrupt ? 'malformed' : cut ? 'too-large' : bodyEnd,
    },
    bomb: false,
    ...((decoded.status === 'undecoded' || decoded.status === 'broken-off') && { undecoded: decoded.why }),
  };
}

/** Parts that browsers block on a page over https (Mixed Content §5); pictures and media are upgraded or shown. */
const PLAIN_PART =
  /<(?:script|iframe|embed)\b[^>]{0,500}?\ssrc\s*=\s*["']?(http:\/\/[^"'\s>]{1,300})|<link\b(?=[^>]{0,500}stylesheet)[^>]{0,500}?\shref\s*=\s*["']?(http:\/\/[^"'\s>]{1,300})/gi;
const MAX_PARTS = 10;

/** Empty when the page's policy makes browsers use https instead. */
function plainParts(text: string, { rawHeaders }: HttpAnswer): string[] {
  const policy = headerValue(rawHeaders, 'content-security-policy') ?? '';
  if (/upgrade-insecure-requests/i.test(policy) || /upgrade-insecure-requests/i.test(text)) return [];
  const found = new Set<string>();
  for (const [, source, style] of text.matchAll(PLAIN_PART)) {
    found.add(printable(source ?? style ?? '', 200));
    if (found.size >= MAX_PARTS) break;
  }
  return [...found];
}

/** By the charset of Content-Type or of an early meta element (HTML, "prescan"), else UTF-8. */
function decodeText(body: Buffer, contentType: string | undefined): string {
  const label =
    charsetOf(contentType ?? '') ?? charsetOf(body.subarray(0, 1024).toString('latin1')) ?? 'utf-8';
  if (label === 'utf-8' || label === 'utf8' || label === 'us-ascii') return body.toString('utf8');
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    // An unknown charset: Latin-1 loses nothing.
    return body.toString('latin1');
  }
}

function charsetOf(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w-]{1,40})/i.exec(text)?.[1]?.toLowerCase();
}
