import { connect } from 'node:http2';
import { type AddressInfo, createServer as createPlain, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { forbiddenField } from '../../../../lib/kinds/http/measure/http2-fields.ts';
import { createFrameGate } from '../../../../lib/kinds/http/measure/http2-frames.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const plain = (name: string, value: string, first = '00'): string =>
  first +
  [name, value]
    .map((text) => text.length.toString(16).padStart(2, '0') + Buffer.from(text).toString('hex'))
    .join('');

describe('a field that HTTP/2 forbids', () => {
  it.each([
    ['a literal', `88${plain('keep-alive', 'timeout=5')}`, 'keep-alive: timeout=5'],
    ['one that is indexed', `88${plain('upgrade', 'h2c', '40')}`, 'upgrade: h2c'],
    ['one never to be indexed', `88${plain('connection', 'close', '10')}`, 'connection: close'],
    [
      'a name of the static table',
      `88 0f2a 07 ${Buffer.from('chunked').toString('hex')}`,
      'transfer-encoding: chunked',
    ],
    ['the static table alone', '88 b9', 'transfer-encoding'],
    ['one behind a new size of the table', `3fe11f 88 ${plain('upgrade', 'x')}`, 'upgrade: x'],
    // RFC 7541 §C.6.1 has these strings: "302" and "private".
    [
      'one behind texts in Huffman code',
      `48 82 6402 58 85 aec3771a4b ${plain('upgrade', 'x')}`,
      'upgrade: x',
    ],
  ])('is found: %s', (_, block, found) => {
    expect(forbiddenField(hex(block))?.field).toBe(found);
  });

  it.each([
    '',
    '88',
    '88ff',
    '00',
    '0084',
    '40ffffffffffff',
    '0089ffffffffffffffffff01',
    '7f',
    plain('x', 'y'),
    'be',
  ])('is not in %j', (block) => {
    expect(forbiddenField(hex(block))).toBeUndefined();
  });

  it('is found in what a real client compresses, in Huffman code and in two frames', async () => {
    // Node's client writes the same HPACK as a server; its own rules forbid these names, so another one is used in their place.
    const blocks: Buffer[] = [];
    const gate = createFrameGate({ onHeaders: (block) => void blocks.push(block) });
    const server = createPlain((socket: Socket) => {
      let preface = 24;
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        const rest = bytes.subarray(Math.min(preface, bytes.length));
        preface -= bytes.length - rest.length;
        gate.push(rest);
        if (blocks.length > 0) socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    session.on('error', () => {});
    const closed = new Promise<void>((resolve) => session.on('close', resolve));
    session.request({ ':path': '/', 'x-trace': 'abc', te: 'trailers' }).on('error', () => {});
    await closed;
    server.close();
    const [block = Buffer.alloc(0)] = blocks;
    expect(block.length).toBeGreaterThan(10);
    expect(forbiddenField(block)).toBeUndefined();
    expect(forbiddenField(Buffer.concat([block, hex(plain('upgrade', 'h2c'))]))?.field).toBe('upgrade: h2c');
  });
});
