import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameGate } from '../../../../lib/kinds/http/measure/http2-frames.ts';
import { http2Frame } from '../../../servers/http2-frame.ts';

/** A frame of the first stream; `payload`: its bytes, or how many. */
const frame = (type: number, payload: number | Buffer = 0, flags = 0): Buffer =>
  http2Frame(type, flags, 1, typeof payload === 'number' ? Buffer.alloc(payload) : payload);

function through(...chunks: readonly Buffer[]): { bytes: Buffer; broken: string | undefined } {
  const gate = createFrameGate();
  let broken: string | undefined;
  const passed = chunks.flatMap((chunk) => {
    const gated = gate.push(chunk);
    broken ??= gated.broken;
    return gated.pass;
  });
  return { bytes: Buffer.concat(passed), broken };
}

describe('the gate before the HTTP/2 client', () => {
  it.each<[what: string, type: number, size: number, most: number, why: string]>([
    ['empty DATA', 0, 0, 20_000, 'more than 20000 DATA frames'],
    ['interim answers', 1, 5, 18, 'more than 18 HEADERS frames'],
    ['SETTINGS', 4, 0, 2_000, 'more than 2000 other frames'],
    ['PING', 6, 8, 2_000, 'more than 2000 other frames'],
    ['CONTINUATION', 9, 0, 2_000, 'more than 2000 other frames'],
    ['frames of no known type', 0xbe, 3, 2_000, 'more than 2000 other frames'],
  ])('takes no more of %s than an answer needs', (_what, type, size, most, why) => {
    const sound = frame(type, size, type === 1 ? 4 : 0);
    const all = Buffer.concat(Array.from({ length: most }, () => sound));
    expect(through(all).broken).toBeUndefined();
    expect(through(all, sound).broken).toBe(why);
    expect(through(all, sound, sound).bytes).toEqual(through(all).bytes);
  });

  it.each<[what: string, type: number, size: number, flags: number]>([
    ['DATA', 0, 0, 0],
    ['DATA of the largest size', 0, 16_384, 1],
    ['padded DATA', 0, 1, 8],
    ['HEADERS', 1, 30, 4],
    ['HEADERS with padding and priority', 1, 6, 0x2c],
    ['PRIORITY', 2, 5, 0],
    ['RST_STREAM', 3, 4, 0],
    ['SETTINGS', 4, 18, 0],
    ['empty SETTINGS', 4, 0, 0],
    ['SETTINGS with ACK', 4, 0, 1],
    ['PUSH_PROMISE', 5, 4, 4],
    ['PING', 6, 8, 0],
    ['GOAWAY', 7, 8, 0],
    ['GOAWAY with words', 7, 20, 0],
    ['WINDOW_UPDATE', 8, 4, 0],
    ['CONTINUATION', 9, 0, 4],
  ])('lets %s pass', (_what, type, size, flags) => {
    const sound = frame(type, size, flags);
    expect(through(sound)).toEqual({ bytes: sound, broken: undefined });
  });

  it.each<[what: string, type: number, size: number, flags: number, why: string]>([
    ['a frame beyond the bound', 0, 16_385, 0, 'a frame of 16385 bytes'],
    ['padded DATA without padding', 0, 0, 8, 'DATA of 0 bytes'],
    ['HEADERS too short for their priority', 1, 4, 0x20, 'HEADERS of 4 bytes'],
    ['HEADERS too short for padding and priority', 1, 5, 0x28, 'HEADERS of 5 bytes'],
    ['PRIORITY of another size', 2, 0, 0, 'PRIORITY of 0 bytes'],
    ['RST_STREAM of another size', 3, 5, 0, 'RST_STREAM of 5 bytes'],
    ['SETTINGS of a broken number of entries', 4, 7, 0, 'SETTINGS of 7 bytes'],
    ['SETTINGS with ACK and entries', 4, 6, 1, 'SETTINGS with ACK of 6 bytes'],
    ['PUSH_PROMISE without a stream', 5, 3, 0, 'PUSH_PROMISE of 3 bytes'],
    ['PING of another size', 6, 7, 0, 'PING of 7 bytes'],
    ['GOAWAY too short', 7, 7, 0, 'GOAWAY of 7 bytes'],
    ['WINDOW_UPDATE of another size', 8, 0, 0, 'WINDOW_UPDATE of 0 bytes'],
  ])('ends before %s', (_what, type, size, flags, why) => {
    const sound = frame(4, 6);
    expect(through(Buffer.concat([sound, frame(type, size, flags), sound]))).toEqual({
      bytes: sound,
      broken: why,
    });
  });

  it('ends before what is no HTTP/2 at all', () => {
    expect(through(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'))).toMatchObject({
      bytes: Buffer.alloc(0),
      broken: expect.any(String),
    });
  });

  it('keeps extensions to itself', () => {
    const all = [frame(4, 0), frame(0xa, 3), frame(1, 5, 4), frame(0xc, 40), frame(0xff, 0), frame(0, 2, 1)];
    expect(through(Buffer.concat(all)).bytes).toEqual(
      Buffer.concat([frame(4, 0), frame(1, 5, 4), frame(0, 2, 1)]),
    );
  });

  it('passes on what the watcher gives back for a block, in its place, wherever the stream is cut', () => {
    const block = Buffer.from('abcdefgh');
    const stream = Buffer.concat([
      frame(4, 0),
      frame(1, block.subarray(0, 3), 1),
      frame(9, 0, 0),
      frame(9, block.subarray(3), 4),
      frame(0, 5),
      // Padded, with priority, and followed by what must not stand there: passed on as it is.
      frame(1, Buffer.from([1, 0, 0, 0, 0, 9, 65, 0]), 0x28),
      frame(6, 8),
    ]);
    const instead = Buffer.from('other block');
    const right = Buffer.concat([
      frame(4, 0),
      frame(1, instead, 5),
      frame(0, 5),
      frame(1, Buffer.from([1, 0, 0, 0, 0, 9, 65, 0]), 0x28),
      frame(6, 8),
    ]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const shown: string[] = [];
      const gate = createFrameGate({
        onHeaders: (one) => {
          shown.push(one.toString());
          return instead;
        },
      });
      const passed = [stream.subarray(0, cut), stream.subarray(cut)].flatMap((part) => gate.push(part).pass);
      expect(Buffer.concat(passed)).toEqual(right);
      expect(shown).toEqual(['abcdefgh']);
    }
  });

  it('gives the same bytes wherever the stream is cut', () => {
    const piece = fc
      .tuple(fc.nat(12), fc.nat(20), fc.constantFrom(0, 1, 8, 0x20, 0x2c))
      .map(([type, size, flags]) => frame(type, size, flags));
    const stream = fc.array(
      fc.oneof(
        { weight: 9, arbitrary: piece },
        fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 10 }), (pieces, cuts) => {
        const bytes = Buffer.concat(pieces);
        const places = [
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const chunks = places.map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
        expect(through(...chunks)).toEqual(through(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});
