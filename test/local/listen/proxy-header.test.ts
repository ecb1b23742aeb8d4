import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  challengeText,
  judgeProof,
  readProof,
  runKey,
  sessionExporter,
} from '../../../lib/kinds/listener/proof.ts';
import { readProxyHeader } from '../../../lib/local/listen/proxy-header.ts';
import { code, dial, readAll, readUntil, start } from './started-listener.ts';

const v1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const v2 = (hex: string): Buffer => Buffer.from(`0d0a0d0a000d0a515549540a${hex.replaceAll(' ', '')}`, 'hex');
const HEADERS: readonly (readonly [string, Buffer, string | undefined])[] = [
  ['version 1 over IPv4', v1('PROXY TCP4 198.51.100.9 10.0.0.1 50412 443\r\n'), '198.51.100.9:50412'],
  ['version 1 over IPv6', v1('PROXY TCP6 2001:db8::7 2001:db8::1 1025 443\r\n'), '[2001:db8::7]:1025'],
  ['version 1 without a client', v1('PROXY UNKNOWN\r\n'), undefined],
  ['version 1 with addresses that don’t count', v1('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'), undefined],
  ['version 2 over IPv4', v2('21 11 000c c6336409 0a000001 c4ec 01bb'), '198.51.100.9:50412'],
  [
    'version 2 over IPv6',
    v2('21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 0401 01bb'),
    '[2001:db8:0:0:0:0:0:7]:1025',
  ],
  [
    'version 2 with what else a balancer writes',
    v2('21 11 0010 c6336409 0a000001 c4ec 01bb 04000100'),
    '198.51.100.9:50412',
  ],
  ['version 2 of the balancer itself', v2('20 00 0000'), undefined],
];

describe('a PROXY header', () => {
  it.each(HEADERS)('of %s is read, in however many pieces it comes', (_, header, client) => {
    for (let length = 1; length < header.length; length += 1)
      expect(readProxyHeader(header.subarray(0, length)), `${length}`).toBe('more');
    const found = client === undefined ? { length: header.length } : { length: header.length, client };
    expect(readProxyHeader(header)).toEqual(found);
    expect(readProxyHeader(Buffer.concat([header, v1('GET / HTTP/1.1')]))).toEqual(found);
  });

  it.each([
    ['a request', v1('POST / HTTP/1.1\r\n')],
    ['a ClientHello', Buffer.from('16030100', 'hex')],
    ['another word', v1('PROXYING\r\n')],
    ['a line without addresses', v1('PROXY TCP4\r\n')],
    ['no address', v1('PROXY TCP4 a.example b.example 1 2\r\n')],
    ['a line that is too long', v1(`PROXY UNKNOWN ${'x'.repeat(200)}`)],
    ['version 3', v2('31 11 000c c6336409 0a000001 c4ec 01bb')],
    ['a length beyond all bounds', v2('21 11 ffff')],
  ])('is not %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toBe('none');
  });
});

describe('behind a balancer', () => {
  const challenge = { run: '0123456789abcdef', nonce: '00112233445566778899aabbccddeeff' };
  const text = challengeText(challenge);
  const judged = (answer: string, exporter?: Buffer) => {
    const proof = readProof(answer);
    return proof && judgeProof(runKey(code, challenge.run), challenge, proof, exporter);
  };

  it.each(HEADERS)('with %s the challenge is answered, and the header told', async (_, header, client) => {
    const { port, next } = await start();
    const socket = await dial(port);
    const answer = readAll(socket);
    socket.write(header);
    socket.write(`GET /${text} HTTP/1.1\r\n\r\n`);
    expect(judged(await answer)).toBe('proven');
    const arrival = await next();
    expect(arrival).toMatchObject({ what: 'challenge', over: 'http' });
    expect(arrival.proxyHeader).toEqual(client === undefined ? {} : { client });
    // The proof is of the connection that there was.
    expect(arrival.remote).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('TLS begins after it', async () => {
    const { port } = await start();
    const plain = await dial(port);
    plain.write(v2('21 11 000c c6336409 0a000001 c4ec 01bb'));
    const socket = connectTls({ socket: plain, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const exporter = sessionExporter(socket);
    socket.write(`${text}\n`);
    expect(judged(await readAll(socket), exporter)).toBe('proven');
  });

  it('SMTP has its greeting before it, and no answer to it', async () => {
    const { port, next } = await start('smtp');
    const socket = await dial(port);
    expect(await readUntil(socket, /\n$/)).toMatch(/^220 /);
    socket.write('PROXY TCP4 198.51.100.9 10.0.0.1 50412 25\r\n');
    socket.write(`EHLO x.${text}.invalid\r\n`);
    const answer = await readUntil(socket, /^250 [^\n]*\n/m);
    expect(answer).toMatch(/^250-host\.test\r\n/);
    expect(judged(answer)).toBe('proven');
    expect(await next()).toMatchObject({ over: 'smtp', proxyHeader: { client: '198.51.100.9:50412' } });
    socket.destroy();
  });

  it('a balancer that only looks whether the port is open is silent', async () => {
    const { port, next } = await start();
    const socket = await dial(port);
    socket.end(v2('20 00 0000'));
    expect(await next()).toMatchObject({ what: 'silent' });
    socket.destroy();
  });

  it('half a header is something that arrived', async () => {
    const { port, next } = await start();
    const socket = await dial(port);
    socket.end('PROXY TC');
    expect(await next()).toMatchObject({ what: 'no-challenge', first: 'PROXY TC' });
    socket.destroy();
  });
});
