/**
 * The same exchanges on bare Node sockets: no guard, no timeout, no evidence, no record. What remains is what the
 * runtime itself costs.
 */
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { createSecureContext, connect as tlsConnect } from 'node:tls';
import { ADDRESSES, type Exchanges, type Site } from './exchange.ts';

export function bareExchanges({ host, ports, root }: Site): Exchanges {
  const address = ADDRESSES.bare;
  const secureContext = createSecureContext({ ca: root });
  const secure = (port: number, ALPNProtocols?: string[]) =>
    tlsConnect({
      host: address,
      port,
      servername: host,
      secureContext,
      ...(ALPNProtocols && { ALPNProtocols }),
    });

  const greeting = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(ports.tcp, address);
      socket.once('data', (bytes) => {
        socket.destroy();
        resolve(bytes.length > 0);
      });
      socket.on('error', () => resolve(false));
    });

  const handshake = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = secure(port);
      socket.once('secureConnect', () => {
        // `destroy` would drop our Finished, and the handshake would be a broken one to the server.
        socket.destroySoon();
        resolve(socket.authorized);
      });
      socket.on('error', () => resolve(false));
    });

  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: bench\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
  const page = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = secure(port);
      let answer = '';
      socket.once('secureConnect', () => socket.write(request));
      socket.on('data', (bytes) => {
        answer += bytes.toString('latin1');
      });
      socket.on('end', () => {
        socket.destroy();
        resolve(socket.authorized && answer.startsWith('HTTP/1.1 200') && answer.endsWith('</html>\n'));
      });
      socket.on('error', () => resolve(false));
    });

  const pageByHttp2 = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = secure(ports['https-h2'], ['h2']);
      const session = connectHttp2(`https://${host}`, { createConnection: () => socket });
      const stream = session.request({ ':path': '/', 'user-agent': 'bench', accept: '*/*' });
      let status: number | undefined;
      stream.on('response', (headers) => {
        status = headers[':status'];
      });
      stream.resume();
      stream.on('end', () => {
        session.destroy();
        resolve(socket.authorized && status === 200);
      });
      session.on('error', () => resolve(false));
      stream.on('error', () => resolve(false));
    });

  const mail = (startTls: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      const plain = connect(ports[startTls ? 'smtp-starttls' : 'smtp'], address);
      const rest = ['MAIL FROM:<>', 'RSET', 'QUIT'];
      const commands = startTls ? ['EHLO bench', 'STARTTLS', 'EHLO bench', ...rest] : ['EHLO bench', ...rest];
      let socket: Socket = plain;
      let next = 0;
      let reply = '';
      const onData = (bytes: Buffer): void => {
        reply += bytes.toString('latin1');
        // The reply is whole when its last line has a space behind the code.
        if (!/^\d{3} .*\r\n$/m.test(reply)) return;
        reply = '';
        const command = commands[next];
        if (command === undefined) {
          socket.destroy();
          resolve(true);
          return;
        }
        if (commands[next - 1] === 'STARTTLS') {
          plain.removeListener('data', onData);
          const wrapped = tlsConnect({ socket: plain, servername: host, secureContext });
          wrapped.once('secureConnect', () => wrapped.write(`${command}\r\n`));
          wrapped.on('data', onData);
          wrapped.on('error', () => resolve(false));
          socket = wrapped;
        } else socket.write(`${command}\r\n`);
        next += 1;
      };
      plain.on('data', onData);
      plain.on('error', () => resolve(false));
    });

  return {
    tcp: greeting,
    tls: () => handshake(ports.tls),
    'tls-chain': () => handshake(ports['tls-chain']),
    https: () => page(ports.https),
    'https-chain': () => page(ports['https-chain']),
    'https-h2': pageByHttp2,
    smtp: () => mail(false),
    'smtp-starttls': () => mail(true),
  };
}
