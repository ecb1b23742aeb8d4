import { createServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority } from '../../certificates/authority.ts';
import { listening, observeHttp } from './scenario.ts';

let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority();
});

const SETTINGS = '000000040000000000';
const hex = (frames: string): Buffer => Buffer.from(frames.replaceAll(' ', ''), 'hex');
const number = (value: number): string => value.toString(16).padStart(8, '0');
const rstStream = (code: number): string => `${SETTINGS} 000004030000000001 ${number(code)}`;
const goAway = (code: number, debug = ''): string =>
  `${SETTINGS} ${(8 + debug.length).toString(16).padStart(6, '0')}070000000000 ${number(0)} ${number(code)} ${Buffer.from(debug).toString('hex')}`;
/** A text in HPACK, with its length before it. */
const text = (word: string): string =>
  word.length.toString(16).padStart(2, '0') + Buffer.from(word).toString('hex');
/** The length of a frame with these data. */
const length = (data: string): string => (data.length / 2).toString(16).padStart(6, '0');
/** `:status: 200` and one field, as literals that HPACK does not index. */
const headed = (name: string, value: string): string => {
  const block = `8800${text(name)}${text(value)}`;
  return `${SETTINGS} ${length(block)}010500000001 ${block}`;
};

/**
 * Sends these frames to clients that chose h2.
 *
 * @param http1 the answer to others; absent: others get no answer
 */
async function ask(frames: Buffer, http1?: string) {
  const { key, chain } = await ca.issue({ names: ['www.test'] });
  const protocols: (string | false | null)[] = [];
  const ALPNProtocols = http1 === undefined ? ['h2'] : ['h2', 'http/1.1'];
  const server = createServer({ key, cert: chain, ALPNProtocols }, (socket) => {
    protocols.push(socket.alpnProtocol);
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.alpnProtocol === 'h2' ? socket.write(frames) : socket.end(http1 ?? ''),
    );
  });
  server.on('tlsClientError', () => {});
  const found = await observeHttp(await listening(server), { kind: 'https', anchors: [ca.root] });
  return { ...found, protocols };
}

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

describe('HTTP/2 that fails', () => {
  it.each([
    ['RST_STREAM with INTERNAL_ERROR', rstStream(2)],
    ['RST_STREAM with PROTOCOL_ERROR', rstStream(1)],
    ['GOAWAY with INADEQUATE_SECURITY ("weak")', goAway(12, 'weak')],
    ['GOAWAY with 0x1234', goAway(0x1234)],
  ])('is named with frame and code, and with what HTTP/1.1 says: %s', async (words, frames) => {
    const { state, faults, finding, last, protocols } = await ask(hex(frames), PAGE);
    expect({ state, faults }).toEqual({ state: 'open', faults: ['http.http2-broken fail'] });
    expect(finding.summary).toContain(words);
    expect(finding.summary).toContain('Browsers do not ask again');
    expect(last).toMatchObject({ statusCode: 200, httpVersion: '1.1', http2Error: { overHttp1: true } });
    expect(protocols).toEqual(['h2', 'http/1.1']);
  });

  it('keeps its cause where HTTP/1.1 gives no answer either', async () => {
    const { state, faults, finding } = await ask(hex(rstStream(2)));
    expect({ state, faults }).toEqual({ state: 'broken', faults: ['http.no-response fail'] });
    expect(finding.summary).toContain('RST_STREAM with INTERNAL_ERROR');
  });

  it.each([
    ['RST_STREAM', rstStream(13)],
    ['GOAWAY', goAway(13)],
  ])('is no fault where %s asks for HTTP/1.1, as browsers then do', async (_, frames) => {
    const { state, faults, protocols } = await ask(hex(frames), PAGE);
    expect({ state, faults, protocols }).toEqual({
      state: 'open',
      faults: [],
      protocols: ['h2', 'http/1.1'],
    });
  });

  it.each([
    ['RST_STREAM', rstStream(11)],
    ['GOAWAY', goAway(11, 'too_many_requests')],
  ])('is a rate limit where %s says ENHANCE_YOUR_CALM', async (frame, frames) => {
    const { state, faults, finding, protocols } = await ask(hex(frames), PAGE);
    expect({ state, faults }).toEqual({ state: 'inconclusive', faults: ['http.rate-limited fail'] });
    expect(finding.summary).toContain(`${frame} with ENHANCE_YOUR_CALM`);
    expect(protocols).toEqual(['h2']);
  });

  it.each([
    ['upgrade', 'h2,h2c'],
    ['keep-alive', 'timeout=5'],
    ['connection', 'close'],
    ['proxy-connection', 'keep-alive'],
    ['te', 'gzip'],
  ])(
    'is read over a forbidden field, as browsers do, even where h2 is all there is: %s',
    async (name, value) => {
      for (const http1 of [undefined, PAGE]) {
        const { state, faults, finding, last, protocols } = await ask(hex(headed(name, value)), http1);
        expect({ state, faults }).toEqual({ state: 'open', faults: ['http.http2-broken warn'] });
        expect(last).toMatchObject({ statusCode: 200, httpVersion: '2.0' });
        expect(last?.http2Error).toEqual({
          code: 'PROTOCOL_ERROR',
          field: `${name}: ${value}`,
          fieldSeen: true,
        });
        expect(finding.summary).toContain(`"${name}: ${value}" in its HEADERS frame`);
        expect(protocols).toEqual(['h2']);
      }
    },
  );

  it('reads title, headers and redirects of such an answer under their own names', async () => {
    const body = Buffer.from('<title>Shop</title>').toString('hex');
    // With indexing (0x40): the field of the trailers is the one that the table got, by its number there (0xbe is 62).
    const block = `8840${text('upgrade')}${text('h2c')}00${text('x-powered-by')}${text('PHP')}`;
    const { faults, finding, last } = await ask(
      hex(
        `${SETTINGS} ${length(block)}010400000001 ${block} ${length(body)}000000000001 ${body} 000001010500000001 be`,
      ),
    );
    expect(faults).toEqual(['http.http2-broken warn']);
    expect(last?.headers).toMatchObject({ 'x-powered-by': 'PHP' });
    expect(finding.summary).toContain('"upgrade: h2c"');
  });

  it('is read over in a block that is cut into frames', async () => {
    const block = `8800${text('upgrade')}${text('h2c')}`;
    const [one, two] = [block.slice(0, 8), block.slice(8)];
    const { faults, last } = await ask(
      hex(`${SETTINGS} ${length(one)}010100000001 ${one} ${length(two)}090400000001 ${two}`),
    );
    expect(faults).toEqual(['http.http2-broken warn']);
    expect(last).toMatchObject({ statusCode: 200, httpVersion: '2.0' });
  });

  it('is no pass where the field is Transfer-Encoding, which browsers refuse', async () => {
    const { faults, finding } = await ask(hex(headed('transfer-encoding', 'chunked')), PAGE);
    expect(faults).toEqual(['http.http2-broken fail']);
    expect(finding.summary).toContain('"transfer-encoding: chunked" in its HEADERS frame');
  });

  it('is no pass for another malformed field, which browsers refuse', async () => {
    const { faults } = await ask(hex(headed('X-Upper', '1')), PAGE);
    expect(faults).toEqual(['http.http2-broken fail']);
  });

  it('is no pass where ALPN chose h2 and HTTP/1.1 is used', async () => {
    const { faults, finding } = await ask(Buffer.from(PAGE), PAGE);
    expect(faults).toEqual(['http.http2-broken fail']);
    expect(finding.summary).toContain('over HTTP/1.1, asked on another connection, it answers 200');
  });
});
