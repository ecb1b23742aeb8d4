/**
 * Peers of every kind that fall silent in one phase of their protocol until a test lets them go on: so that what happens
 * to the prober meanwhile is decided by events and not by how fast a machine is.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls';
import { decode } from 'dns-packet';
import { type Authority, createAuthority } from '../certificates/authority.ts';
import { answerTo as dnsAnswer } from './dns-script.ts';
import { serverPacket } from './ntp-server.ts';
import { readLongHeader, versionNegotiation } from './quic-server.ts';
import { startLateAcceptor } from './tcp-peers.ts';

/** A peer that waits in its phase. */
interface Waiting {
  /** Goes on as a healthy server does. */
  readonly answer: () => void;
  /** Closes the connection; nothing where there is none. */
  readonly close: () => void;
}

export interface HeldPeers {
  /** What to check, by the name of the phase. */
  readonly uris: ReadonlyMap<string, string>;
  readonly ca: string;
  /** The DNS server that knows the name among them. */
  readonly dns: string;
  /** Each peer has somebody waiting in its phase, but for the connect, which no peer sees. */
  reached(): Promise<void>;
  /** Lets those that wait go on, and forgets them. */
  release(how: keyof Waiting | 'stay'): void;
  /** From now on no peer waits. */
  answerAtOnce(): void;
  close(): Promise<void>;
}

const CONNECT = 'tcp: connect';
const LOOKUP = 'ssh: look-up of the name';

export async function startHeldPeers(): Promise<HeldPeers> {
  const ca: Authority = await createAuthority();
  const { key, chain: cert } = await ca.issue({ ip: ['127.0.0.1'] });
  const identity = { key, cert };
  const uris = new Map<string, string>();
  const waiting = new Map<string, Waiting[]>();
  const closers: (() => void)[] = [];
  let look = (): void => undefined;
  let free = false;

  const hold = (name: string, answer: () => void, close: () => void = () => undefined): void => {
    if (free) {
      answer();
      return;
    }
    waiting.set(name, [...(waiting.get(name) ?? []), { answer, close }]);
    look();
  };
  /** The same, of a peer that gives up by breaking its connection. */
  const holdSocket = (name: string, socket: Socket, answer: () => void): void =>
    hold(name, answer, () => socket.destroy());
  const listen = async (name: string, scheme: string, server: Server): Promise<void> => {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    uris.set(name, `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  };
  /** A server over plain TCP. */
  const plain = (name: string, scheme: string, serve: (socket: Socket) => void): Promise<void> =>
    listen(name, scheme, createServer(serve));
  /** A server that holds back its side of the handshake. */
  const beforeHandshake = async (name: string, scheme: string, serve: (socket: Socket) => void) => {
    const inner = createTlsServer(identity, (socket) => serve(socket.on('error', () => undefined)));
    inner.on('tlsClientError', () => undefined);
    await plain(name, scheme, (socket) => {
      socket.once('data', (hello) => {
        socket.pause();
        const shake = (): void => {
          socket.unshift(hello);
          inner.emit('connection', socket);
        };
        holdSocket(name, socket, shake);
      });
    });
  };
  /** Waits for the client's words in their order; the one that is named by `at` is held. */
  const mail =
    (name: string, at: string, extensions: readonly string[]) =>
    (socket: Socket): void => {
      let stream: Socket = socket;
      const say = (word: string, text: string): void => {
        const go = (): void => void stream.write(`${text}\r\n`);
        if (word === at) holdSocket(name, socket, go);
        else go();
      };
      const onData = (data: Buffer): unknown => {
        const word = data.toString('latin1').split(/[ \r:]/, 1)[0] ?? '';
        switch (word) {
          case 'EHLO':
            return say(
              word,
              ['250-mail.test', ...extensions.map((one) => `250-${one}`), '250 8BITMIME'].join('\r\n'),
            );
          case 'STARTTLS':
            stream.removeAllListeners('data');
            stream.write('220 go on\r\n');
            return socket.once('data', (hello) => {
              socket.pause();
              const shake = (): void => {
                socket.unshift(hello);
                const secureContext = createSecureContext(identity);
                stream = new TLSSocket(socket, { isServer: true, secureContext });
                stream.on('error', () => socket.destroy()).on('data', onData);
              };
              if (at === 'STARTTLS') holdSocket(name, socket, shake);
              else shake();
            });
          case 'QUIT':
            return stream.end('221 bye\r\n');
          default:
            return say(word, '250 ok');
        }
      };
      stream.on('data', onData);
      say('greeting', '220 mail.test ESMTP');
    };

  const page = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n';
  const web = (name: string, at: 'head' | 'body') => (socket: Socket) =>
    void socket.once('data', () => {
      if (at === 'body') socket.write(`${page}he`);
      holdSocket(name, socket, () => socket.end(at === 'body' ? 'llo' : `${page}hello`));
    });

  await plain('tcp: first byte', 'tcp', (socket) =>
    holdSocket('tcp: first byte', socket, () => socket.write('hello\r\n')),
  );
  await plain('tcp: reply', 'tcp', (socket) => {
    socket.once('data', () => holdSocket('tcp: reply', socket, () => socket.write('hello\r\n')));
  });
  await plain('ssh: identification', 'ssh', (socket) =>
    holdSocket('ssh: identification', socket, () => socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
  );
  await beforeHandshake('tls: handshake', 'tls', () => undefined);
  await plain('http: head', 'http', web('http: head', 'head'));
  await plain('http: body', 'http', web('http: body', 'body'));
  await beforeHandshake('https: handshake', 'https', (socket) => {
    socket.once('data', () => socket.end(`${page}hello`));
  });
  await listen('https: head', 'https', createTlsServer(identity, web('https: head', 'head')));
  await listen('https: body', 'https', createTlsServer(identity, web('https: body', 'body')));
  const two = createSecureServer(identity);
  two.on('stream', (stream) => {
    const answer = (): void => {
      stream.respond({ ':status': 200 });
      stream.end('hello');
    };
    stream.on('error', () => undefined);
    hold('https: HTTP/2', answer, () => stream.session?.destroy());
  });
  await listen('https: HTTP/2', 'https', two);
  for (const [name, at, extensions] of [
    ['smtp: greeting', 'greeting', []],
    ['smtp: EHLO', 'EHLO', []],
    ['smtp: STARTTLS handshake', 'STARTTLS', ['STARTTLS']],
    ['smtp: MAIL', 'MAIL', []],
    ['smtp: RCPT', 'RCPT', []],
  ] as const) {
    await plain(name, 'smtp', mail(name, at, extensions));
  }
  await beforeHandshake('smtps: handshake', 'smtps', mail('smtps: handshake', '', []));

  const udp = async (
    name: string,
    scheme: string,
    answer: (request: Buffer) => Buffer,
    begins: (request: Buffer) => boolean = () => true,
    nameOf: (request: Buffer) => string = () => name,
  ): Promise<void> => {
    const socket = createSocket('udp4').on('error', () => undefined);
    socket.on('message', (request, { port, address }) => {
      if (begins(request)) hold(nameOf(request), () => socket.send(answer(request), port, address));
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    uris.set(name, `${scheme}://127.0.0.1:${socket.address().port}`);
    closers.push(() => socket.close());
  };
  await udp('ntp: answer', 'ntp', (request) => serverPacket(request));
  // An attempt begins with a reserved version; the Initial of version 1 is its second half.
  await udp(
    'quic: answer',
    'quic',
    (request) => versionNegotiation(request, [1]),
    (request) => readLongHeader(request).version !== 1,
  );
  await udp(
    'dns: answer',
    'dns',
    (bytes) => {
      const request = decode(bytes);
      const [question] = request.questions ?? [];
      return dnsAnswer(
        { request: { ...request, id: request.id ?? 0 }, bytes, over: 'udp', port: 0 },
        {
          answers:
            question?.type === 'A'
              ? [{ type: 'A', name: question.name, ttl: 60, class: 'IN', data: '127.0.0.1' }]
              : [],
        },
      );
    },
    () => true,
    (bytes) => (bytes.includes('look-up') ? LOOKUP : 'dns: answer'),
  );
  // A name whose look-up goes to the same server, before the probe of a host that answers immediately.
  await plain(LOOKUP, 'ssh', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  uris.set(LOOKUP, (uris.get(LOOKUP) ?? '').replace('127.0.0.1', 'look-up.test'));
  const late = await startLateAcceptor();
  uris.set(CONNECT, `tcp://127.0.0.1:${late.port}`);
  uris.set('dns: answer', `${uris.get('dns: answer')}/www.example.test`);
  return {
    uris,
    ca: ca.root,
    dns: `127.0.0.1:${new URL(uris.get('dns: answer') ?? '').port}`,
    reached() {
      const wanted = [...uris.keys()].filter((name) => name !== CONNECT);
      return new Promise((resolve) => {
        look = () => {
          if (wanted.every((name) => (waiting.get(name) ?? []).length > 0)) resolve();
        };
        look();
      });
    },
    release(how) {
      const all = [...waiting.values()].flat();
      waiting.clear();
      if (how !== 'stay') for (const one of all) one[how]();
      if (how === 'answer') late.accept();
    },
    answerAtOnce() {
      free = true;
      late.accept();
    },
    async close() {
      for (const close of closers) close();
      await late.close();
    },
  };
}
