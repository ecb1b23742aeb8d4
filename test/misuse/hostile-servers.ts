/**
 * Servers that want to keep a prober busy, or fill its memory: one for each way to do so that is known, of every kind.
 * Started as a process of its own; it sends its parent a map of names to URIs and serves until the parent ends.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createAuthority } from '../certificates/authority.ts';
import { http2Frame as frame } from '../servers/http2-frame.ts';

type Serve = (socket: Socket) => void;

const PIECE = 16_384;
const repeated = (text: string | Buffer): Buffer => {
  const one = Buffer.from(text);
  return Buffer.concat(Array.from({ length: Math.max(1, Math.ceil(PIECE / one.length)) }, () => one));
};

/** Writes without end, as fast as the client reads. */
function flood(socket: Socket, text: string | Buffer): void {
  const piece = repeated(text);
  const write = (): void => {
    for (let turn = 0; turn < 4; turn += 1) {
      if (socket.destroyed || !socket.writable) return;
      if (!socket.write(piece)) return void socket.once('drain', write);
    }
    setImmediate(write);
  };
  write();
}

/** The same, each byte in a write of its own. */
function crumbs(socket: Socket, text: string | Buffer): void {
  const bytes = Buffer.from(text);
  let at = 0;
  const write = (): void => {
    if (socket.destroyed || !socket.writable) return;
    socket.write(bytes.subarray(at, at + 1));
    at = (at + 1) % bytes.length;
    if (socket.writableNeedDrain) socket.once('drain', write);
    else setImmediate(write);
  };
  write();
}

const asked =
  (then: Serve): Serve =>
  (socket) =>
    void socket.once('data', () => then(socket));
const after =
  (head: string | Buffer, how: typeof flood, text: string | Buffer): Serve =>
  (socket) => {
    socket.write(head);
    how(socket, text);
  };

const OK = 'HTTP/1.1 200 OK\r\n';
const HTML = `${OK}Content-Type: text/html\r\nConnection: close\r\n\r\n`;
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const coded = (coding: string, body: Buffer): Serve =>
  asked((socket) =>
    socket.end(
      Buffer.concat([Buffer.from(`${OK}Content-Encoding: ${coding}\r\nConnection: close\r\n\r\n`), body]),
    ),
  );
const page = (body: string): Serve => asked((socket) => socket.end(HTML + body));
const zeros = Buffer.alloc(64 * 1024 * 1024);
/** Leads on without end, to an address that was not visited. */
const leadingOn = (headers: () => string): Serve => {
  let step = 0;
  return asked((socket) => {
    step += 1;
    socket.end(`HTTP/1.1 302 Found\r\nLocation: /?${step}\r\n${headers()}Content-Length: 0\r\n\r\n`);
  });
};

const WEB: Readonly<Record<string, Serve>> = {
  'endless 100 Continue': asked((socket) => flood(socket, 'HTTP/1.1 100 Continue\r\n\r\n')),
  'endless 100 Continue in crumbs': asked((socket) => crumbs(socket, 'HTTP/1.1 100 Continue\r\n\r\n')),
  'endless early hints': asked((socket) =>
    flood(socket, `HTTP/1.1 103 Early Hints\r\n${'Link: </a.css>; rel=preload\r\n'.repeat(50)}\r\n`),
  ),
  'one-byte chunks': asked(after(CHUNKED, flood, '1\r\na\r\n')),
  'one-byte chunks in crumbs': asked(after(CHUNKED, crumbs, '1\r\na\r\n')),
  'a chunk extension without end': asked(after(`${CHUNKED}1;`, flood, 'a')),
  'chunk extensions': asked(after(CHUNKED, flood, `1;${'x'.repeat(1_000)}\r\na\r\n`)),
  'a chunk size without end': asked(after(CHUNKED, flood, '0')),
  'trailers without end': asked(after(`${CHUNKED}0\r\n`, flood, 'X-Trailer: 1\r\n')),
  'header lines without end': asked(after(OK, flood, 'X-Bomb: 0123456789\r\n')),
  'one header without end': asked(after(`${OK}X-Bomb: `, flood, 'a')),
  'a header name without end': asked(after(OK, flood, 'a')),
  'a reason without end': asked(after('HTTP/1.1 200 ', flood, 'a')),
  'headers in crumbs': asked(after(OK, crumbs, 'X-Bomb: 0123456789\r\n')),
  'empty lines before the status line': asked((socket) => flood(socket, '\r\n')),
  NULs: asked((socket) => flood(socket, '\0')),
  'a body without end': asked(after(HTML, flood, 'x')),
  'a body of a terabyte': asked(after(`${OK}Content-Length: 1000000000000\r\n\r\n`, flood, 'x')),
  'a body in crumbs': asked(after(HTML, crumbs, 'x')),
  'an event stream without end': asked(
    after(`${OK}Content-Type: text/event-stream\r\n\r\n`, flood, 'data: x\n\n'),
  ),
  'a gzip bomb': coded('gzip', gzipSync(zeros)),
  'a brotli bomb': coded('br', brotliCompressSync(zeros)),
  'a bomb within a bomb': coded('gzip, gzip', gzipSync(gzipSync(zeros))),
  'redirects without end': leadingOn(() => ''),
  'redirects with long heads': leadingOn(() => `X-Bomb: ${'a'.repeat(200_000)}\r\n`),
  'redirects with cookies': leadingOn(() =>
    `Set-Cookie: c${Math.random()}=${'a'.repeat(50)}\r\n`.repeat(2_000),
  ),
  'a page of links': page('<link '.repeat(40_000)),
  'a page of titles': page('<title'.repeat(40_000)),
  'a page of style sheets': page(`${'<link stylesheet'.repeat(20)} href${' '.repeat(240_000)}`),
  'a page of character references': page(`<title>${'&amp;'.repeat(50_000)}</title>`),
};

const SETTINGS = frame(4, 0, 0);
const END_HEADERS = 0x4;
const STATUS_200 = frame(1, END_HEADERS, 1, Buffer.of(0x88));
const literal = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
const STATUS_103 = frame(1, END_HEADERS, 1, Buffer.concat([Buffer.of(0x08), literal('103')]));
const two = (begin: readonly Buffer[], text: Buffer): Serve =>
  asked(after(Buffer.concat([SETTINGS, ...begin]), flood, text));

const WEB2: Readonly<Record<string, Serve>> = {
  'PING without end': two([], frame(6, 0, 0, Buffer.alloc(8))),
  'SETTINGS without end': two([], SETTINGS),
  'SETTINGS with values without end': two([], frame(4, 0, 0, Buffer.from('000300000064'.repeat(10), 'hex'))),
  'empty DATA without end': two([STATUS_200], frame(0, 0, 1)),
  'one-byte DATA without end': two([STATUS_200], frame(0, 0, 1, Buffer.of(120))),
  'CONTINUATION without end': two([frame(1, 0, 1, Buffer.of(0x88))], frame(9, 0, 1)),
  'long CONTINUATION without end': two(
    [frame(1, 0, 1, Buffer.of(0x88))],
    frame(9, 0, 1, Buffer.concat([Buffer.of(0), literal('x'.repeat(20)), literal('y'.repeat(100))])),
  ),
  'WINDOW_UPDATE without end': two([], frame(8, 0, 0, Buffer.of(0, 0, 0, 1))),
  'PRIORITY without end': two([], frame(2, 0, 3, Buffer.of(0, 0, 0, 0, 1))),
  'unknown frames without end': two([], frame(0xbe, 0, 0, Buffer.alloc(100))),
  'empty unknown frames without end': two([], frame(0xbe, 0, 0)),
  'interim answers in HTTP/2 without end': two([], STATUS_103),
  'GOAWAY without end': two([], frame(7, 0, 0, Buffer.alloc(8))),
  'a header from the table a thousand times': two(
    [],
    frame(
      1,
      END_HEADERS,
      1,
      Buffer.concat([
        Buffer.of(0x88, 0x40),
        literal('x-bomb'),
        Buffer.of(0x7f, 0x81, 0x1e),
        Buffer.alloc(4_000, 'a'),
        Buffer.alloc(10_000, 0xbe),
      ]),
    ),
  ),
};

const MAIL_OK = '220 mail.test ESMTP\r\n';
/** Answers each command as `replies` says; a function takes over. */
const mail =
  (replies: Readonly<Record<string, string | Serve>>): Serve =>
  (socket) => {
    socket.write(MAIL_OK);
    socket.on('data', (data: Buffer) => {
      const word = data.toString('latin1', 0, 8).split(/[ \r]/, 1)[0] ?? '';
      const reply = replies[word] ?? '250 ok\r\n';
      if (typeof reply === 'string') return void socket.write(reply);
      socket.removeAllListeners('data').resume();
      reply(socket);
    });
  };

const MAIL: Readonly<Record<string, Serve>> = {
  'a greeting without end': (socket) => flood(socket, '220-welcome\r\n'),
  'a greeting without end in crumbs': (socket) => crumbs(socket, '220-welcome\r\n'),
  'a line without end': (socket) => flood(socket, '220 aaaaaaaaaaaaaaa'),
  'junk in crumbs': (socket) => crumbs(socket, 'x'),
  'keywords without end': mail({ EHLO: (socket) => flood(socket, '250-X-KEYWORD\r\n') }),
  'keywords in crumbs': mail({ EHLO: (socket) => crumbs(socket, '250-X-KEYWORD\r\n') }),
  'replies without end': mail({ EHLO: (socket) => flood(socket, '250 ok\r\n') }),
  'a reply to MAIL without end': mail({
    EHLO: '250 mail.test\r\n',
    MAIL: (socket) => flood(socket, '250-ok\r\n'),
  }),
  'junk after STARTTLS': mail({
    EHLO: '250-mail.test\r\n250 STARTTLS\r\n',
    STARTTLS: after('220 go on\r\n', flood, 'x'),
  }),
};

const record = (type: number, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(type, 3, 3, payload.length >> 8, payload.length & 0xff), payload]);
const TLS: Readonly<Record<string, Serve>> = {
  'junk in place of TLS': asked((socket) => flood(socket, 'x')),
  'application data before the handshake': asked((socket) => flood(socket, record(23, Buffer.alloc(1_000)))),
  'warnings without end': asked((socket) => flood(socket, record(21, Buffer.of(1, 0)))),
  'empty records without end': asked((socket) => flood(socket, record(22, Buffer.alloc(0)))),
  'a handshake message in crumbs': asked(
    after(record(22, Buffer.of(11, 0, 255, 255)), flood, record(22, Buffer.of(0))),
  ),
  'a handshake message of 16 MB': asked(
    after(record(22, Buffer.of(11, 255, 255, 255)), flood, record(22, Buffer.alloc(16_000))),
  ),
};

const SSH: Readonly<Record<string, Serve>> = {
  'lines before the identification': (socket) => flood(socket, 'welcome\r\n'),
  'lines before the identification in crumbs': (socket) => crumbs(socket, 'welcome\r\n'),
  'an identification without end': after('SSH-2.0-', flood, 'a'),
  'no line at all in crumbs': (socket) => crumbs(socket, 'x'),
};
const TCP: Readonly<Record<string, Serve>> = {
  'bytes without end': (socket) => flood(socket, 'x'),
};
const LISTENER: Readonly<Record<string, Serve>> = {
  'lines that begin like a proof': asked((socket) =>
    flood(socket, `icl1 ${'0'.repeat(32)} 10.0.0.1:1 10.0.0.2:2 1\r\n`),
  ),
  'lines that begin like a proof, in crumbs': asked((socket) => crumbs(socket, 'icl1 0\r\n')),
  'one line without end': asked((socket) => flood(socket, 'icl1 ')),
};

async function main(): Promise<void> {
  const ca = await createAuthority();
  const { key, chain: cert } = await ca.issue({ ip: ['127.0.0.1'] });
  const identity = { key, cert };
  const uris: Record<string, string> = {};
  const listen = async (name: string, scheme: string, serve: Serve, tls?: TlsOptions): Promise<void> => {
    const quiet: Serve = (socket) => {
      socket.on('error', () => socket.destroy());
      serve(socket);
    };
    const server = tls === undefined ? createServer({ noDelay: true }, quiet) : createTlsServer(tls, quiet);
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    uris[`${scheme}: ${name}`] = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  for (const [name, serve] of Object.entries(WEB)) await listen(name, 'http', serve);
  for (const name of ['endless 100 Continue', 'one-byte chunks in crumbs', 'a body without end'])
    await listen(name, 'https', WEB[name] ?? (() => undefined), identity);
  for (const [name, serve] of Object.entries(WEB2))
    await listen(name, 'https', serve, { ...identity, ALPNProtocols: ['h2'] });
  for (const [name, serve] of Object.entries(MAIL)) await listen(name, 'smtp', serve);
  for (const [name, serve] of Object.entries(TLS)) await listen(name, 'tls', serve);
  for (const [name, serve] of Object.entries(SSH)) await listen(name, 'ssh', serve);
  for (const [name, serve] of Object.entries(TCP)) await listen(name, 'tcp', serve);
  for (const [name, serve] of Object.entries(LISTENER)) await listen(name, 'listener', serve);

  const others = await Promise.all(Array.from({ length: 60 }, () => ca.issue({ names: ['padding.test'] })));
  const long = { key, cert: cert + others.map((one) => one.cert).join('') };
  await listen('a chain of 61 certificates', 'tls', () => undefined, long);
  const cousins = await Promise.all(Array.from({ length: 30 }, () => ca.intermediate({ subject: 'Cousin' })));
  const [first] = cousins;
  const child = await first?.issue({ ip: ['127.0.0.1'] });
  if (child !== undefined) {
    const tangled = { key: child.key, cert: child.cert + cousins.map((one) => one.cert).join('') };
    await listen('thirty authorities of one name', 'tls', () => undefined, tangled);
  }
  /** Wants another handshake as soon as one is over (HelloRequest, RFC 5246 §7.4.1.1). */
  const again: Serve = (socket) => {
    const renegotiate = (): void => {
      (socket as TLSSocket).renegotiate({}, (error) => {
        if (error === null && !socket.destroyed) renegotiate();
      });
    };
    renegotiate();
  };
  await listen('renegotiation without end', 'https', again, { ...identity, maxVersion: 'TLSv1.2' });

  const datagrams = async (name: string, uri: (port: number) => string, answer: Buffer): Promise<void> => {
    const socket = createSocket('udp4').on('error', () => undefined);
    socket.on('message', (_, peer) => {
      for (let count = 0; count < 500; count += 1) socket.send(answer, peer.port, peer.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    uris[name] = uri(socket.address().port);
  };
  await datagrams('ntp: five hundred answers', (port) => `ntp://127.0.0.1:${port}`, Buffer.alloc(48, 0x24));
  await datagrams(
    'quic: five hundred answers',
    (port) => `quic://127.0.0.1:${port}`,
    Buffer.alloc(1_200, 0xc0),
  );
  await datagrams(
    'dns: five hundred answers',
    (port) => `dns://127.0.0.1:${port}/a.test`,
    Buffer.alloc(512, 0x81),
  );
  await truncated(uris);
  process.send?.({ uris, ca: ca.root });
  process.on('disconnect', () => process.exit(0));
}

/** A DNS server whose answers are too long for a datagram, and come by TCP in crumbs. */
async function truncated(uris: Record<string, string>): Promise<void> {
  const tcp = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(Buffer.of(0xff, 0xff));
      crumbs(socket, '\0');
    });
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4').on('error', () => undefined);
  udp.on('message', (question, peer) => {
    const answer = Buffer.from(question);
    // RFC 1035 §4.1.1: QR, RD and TC.
    answer.writeUInt16BE(0x8380, 2);
    udp.send(answer, peer.port, peer.address);
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  uris['dns: an answer by TCP in crumbs'] = `dns://127.0.0.1:${port}/a.test`;
}

await main();
