/**
 * Bodies under a Content-Encoding that is right, wrong or only half kept, and what browsers make of them: Chromium 156 as
 * asked on loopback (test/system/http-clients.test.ts asks the installed one).
 */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

export interface CodedForm {
  readonly id: string;
  readonly coding: string;
  readonly body: Buffer;
  /** `partly`: a part of the page is shown. */
  readonly chromium: 'shows' | 'partly' | 'refuses';
}

/** Long and irregular enough that a part of it is some kilobytes on the wire. */
export const LONG_PAGE = `<title>Shop</title><p>Hello</p>${Array.from({ length: 6_000 }, (_, index) => ((index * 7_919) ** 2 % 99_991).toString(36)).join(' ')}`;
const gzip = gzipSync(LONG_PAGE);
const zlib = deflateSync(LONG_PAGE);
const brotli = brotliCompressSync(LONG_PAGE);
const plain = Buffer.from('<title>Shop</title><p>Hello</p>');

const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
/** Bytes in the middle that are none of the coding. */
const corrupt = (bytes: Buffer, at = Math.floor(bytes.length / 2)) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.alloc(40, 0xff), bytes.subarray(at + 40)]);
const wrongSum = (bytes: Buffer, fromEnd: number) => {
  const copy = Buffer.from(bytes);
  const at = copy.length - fromEnd;
  copy.writeUInt8((copy[at] ?? 0) ^ 0xff, at);
  return copy;
};

const form = (
  id: string,
  coding: string,
  body: Buffer,
  chromium: CodedForm['chromium'] = 'shows',
): CodedForm => ({ id, coding, body, chromium });

export const CODED_FORMS: readonly CodedForm[] = [
  form('gzip', 'gzip', gzip),
  form('x-gzip', 'x-gzip', gzip),
  form('gzip in capitals', 'GZIP', gzip),
  form('gzip cut', 'gzip', cut(gzip), 'partly'),
  form('gzip with a wrong checksum', 'gzip', wrongSum(gzip, 6)),
  form('gzip with a wrong length', 'gzip', wrongSum(gzip, 2)),
  form('gzip without its last bytes', 'gzip', gzip.subarray(0, gzip.length - 8)),
  form('gzip and a line end', 'gzip', Buffer.concat([gzip, Buffer.from('\r\n')])),
  form('gzip and text', 'gzip', Buffer.concat([gzip, plain])),
  form('gzip in two members', 'gzip', Buffer.concat([gzipSync(plain), gzipSync(' more')])),
  form('gzip corrupt', 'gzip', corrupt(gzip), 'partly'),
  form('gzip corrupt at once', 'gzip', corrupt(gzip, 12), 'refuses'),
  form('text under gzip', 'gzip', plain, 'refuses'),
  form('brotli under gzip', 'gzip', brotli, 'refuses'),
  form('gzip twice', 'gzip, gzip', gzipSync(gzip)),
  form('gzip once, named twice', 'gzip, gzip', gzip, 'refuses'),
  form('nothing under gzip', 'gzip', Buffer.alloc(0)),
  form('deflate', 'deflate', zlib),
  form('bare deflate', 'deflate', deflateRawSync(LONG_PAGE)),
  form('deflate cut', 'deflate', cut(zlib), 'partly'),
  form('text under deflate', 'deflate', plain, 'refuses'),
  form('gzip under deflate', 'deflate', gzip, 'refuses'),
  form('brotli', 'br', brotli),
  form('brotli cut', 'br', cut(brotli), 'partly'),
  form('brotli and text', 'br', Buffer.concat([brotli, plain])),
  form('brotli corrupt', 'br', corrupt(brotli), 'partly'),
  form('text under brotli', 'br', plain, 'refuses'),
  form('gzip under brotli', 'br', gzip, 'refuses'),
  form('text under an unknown coding', 'utf-8', plain),
  form('text under none', 'none', plain),
  form('text under identity', 'identity', plain),
];
