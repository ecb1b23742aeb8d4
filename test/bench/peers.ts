/**
 * The measured servers that nginx is not: one that greets, and mail servers with and without STARTTLS, in a process of
 * their own. Arguments: key file, certificate file, addresses. Sends its ports as one message.
 */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

const [keyFile = '', certFile = '', ...addresses] = process.argv.slice(2);
const secureContext = createSecureContext({ key: readFileSync(keyFile), cert: readFileSync(certFile) });

/** Listens on the same port of each address. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  let port = 0;
  for (const address of addresses) {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, address, 1024, () => resolve()));
    port = (server.address() as AddressInfo).port;
  }
  return port;
}

function greet(socket: Socket): void {
  socket.resume();
  socket.write('220 mx.example.test ESMTP ready\r\n');
}

/** Commands one at a time, each in one segment, as all clients here send them; lines may end in a bare LF. */
function converse(socket: Socket, offersTls: boolean): void {
  socket.on('data', (bytes: Buffer) => {
    switch (bytes.toString('latin1').slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return void socket.write(
          `250-mx.example.test\r\n250-PIPELINING\r\n250-SIZE 35882577\r\n${offersTls ? '250-STARTTLS\r\n' : ''}250 8BITMIME\r\n`,
        );
      case 'STAR': {
        socket.write('220 2.0.0 Ready to start TLS\r\n');
        socket.removeAllListeners('data');
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => socket.destroy());
        return converse(secure, false);
      }
      case 'QUIT':
        return void socket.end('221 2.0.0 Bye\r\n');
      default:
        return void socket.write('250 2.0.0 Ok\r\n');
    }
  });
}

function mailServer(offersTls: boolean): (socket: Socket) => void {
  return (socket) => {
    socket.write('220 mx.example.test ESMTP\r\n');
    converse(socket, offersTls);
  };
}

const ports = {
  tcp: await listen(greet),
  smtp: await listen(mailServer(false)),
  'smtp-starttls': await listen(mailServer(true)),
};
process.on('disconnect', () => process.exit());
process.send?.(ports);
