/** What the bytes of a ServerHello say of secure renegotiation (RFC 5746 §3.6). */
import { describe, expect, it } from 'vitest';
import { lacksRenegotiationInfo } from '../../../lib/kinds/connection/server-hello.ts';

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const u24 = (value: number): Buffer => Buffer.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
const extension = (type: number, body: Buffer): Buffer => Buffer.concat([u16(type), u16(body.length), body]);
const MASTER_SECRET = extension(23, Buffer.alloc(0));
const INFO = extension(0xff01, Buffer.of(0));

/** A ServerHello of TLS 1.2; without `extensions` it ends at the compression method, as those of old servers do. */
function hello(extensions?: Buffer, sessionId = Buffer.alloc(32)): Buffer {
  const body = Buffer.concat([
    ...[u16(0x0303), Buffer.alloc(32), Buffer.of(sessionId.length), sessionId, u16(0xc02f), Buffer.of(0)],
    ...(extensions === undefined ? [] : [u16(extensions.length), extensions]),
  ]);
  return Buffer.concat([Buffer.of(2), u24(body.length), body]);
}
const records = (message: Buffer, size = message.length): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(message.length / size) }, (_, index) => {
      const part = message.subarray(index * size, (index + 1) * size);
      return Buffer.concat([Buffer.of(22, 3, 3), u16(part.length), part]);
    }),
  );

describe('the ServerHello', () => {
  it.each([
    ['with renegotiation_info', records(hello(INFO)), false],
    ['with it behind others', records(hello(Buffer.concat([MASTER_SECRET, INFO]))), false],
    ['without it', records(hello(MASTER_SECRET)), true],
    ['with an empty list', records(hello(Buffer.alloc(0))), true],
    ['without any extensions', records(hello()), true],
    ['without a session id', records(hello(MASTER_SECRET, Buffer.alloc(0))), true],
    ['in several records', records(hello(MASTER_SECRET), 20), true],
    ['cut off', records(hello(MASTER_SECRET)).subarray(0, 60), undefined],
    ['with a list that is longer than the message', records(hello(Buffer.of(0, 23, 0, 9))), undefined],
    ['with half an extension', records(hello(Buffer.of(0, 23, 0))), undefined],
    [
      'with a session id beyond its end',
      records(Buffer.from([2, 0, 0, 38, 3, 3, ...Array(36).fill(255)])),
      undefined,
    ],
    ['in place of which an alert came', Buffer.of(21, 3, 3, 0, 2, 2, 40), undefined],
    ['that never came', Buffer.alloc(0), undefined],
  ])('%s', (_, bytes, lacks) => {
    expect(lacksRenegotiationInfo(bytes)).toBe(lacks);
  });

  it('is never judged from a part of it', () => {
    const whole = records(hello(Buffer.concat([MASTER_SECRET, INFO])));
    for (let end = 0; end < whole.length; end += 1)
      expect(lacksRenegotiationInfo(whole.subarray(0, end))).toBeUndefined();
  });
});
